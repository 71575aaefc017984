package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who waits for a place, and who gets it. */
class WaitQueueTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final TestedPools pools = new TestedPools(Duration.ZERO, false);
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(pools.ticker()).build();
    private final List<String> heard = new ArrayList<>();
    private final List<Member> admitted = new ArrayList<>();

    @Test
    void placesAreGivenInTheOrderOfArrival() {
        Member held = full(10, member("a", 1, 1, false));
        wait("1");
        wait("2");
        wait("3");
        assertThat(heard()).isEmpty();
        held.release(Outcome.OK);
        assertThat(heard()).containsExactly("1 on a");
        last().release(Outcome.OK);
        assertThat(heard()).containsExactly("2 on a");
        last().release(Outcome.CONNECT_FAILED);
        assertThat(heard()).containsExactly("3 on a");
        assertThat(pools.pool().queue()).isEqualTo(new QueueState(0, 3, 0, 0, 0, 0));
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        Member held = full(10, member("a", 1, 1, false));
        wait("1");
        wait("2");
        held.release(Outcome.OK);
        assertThat(pools.tryAcquire()).as("granted before it is told").isNull();
        heard();
        last().release(Outcome.OK);
        assertThat(heard()).containsExactly("2 on a");
        last().release(Outcome.OK);
        assertThat(pools.tryAcquire()).isNotNull();
    }

    @Test
    void oneMoreThanTheQueuesSizeIsTurnedAway() {
        Member held = full(1, member("a", 1, 1, false));
        assertThat(join("1", new Pick())).isNull();
        assertThat(join("2", new Pick())).isEqualTo(Reason.QUEUE_FULL);
        held.release(Outcome.OK);
        assertThat(heard()).containsExactly("1 on a");
        assertThat(join("3", new Pick())).as("there is room again").isNull();
        assertThat(pools.pool().queue().full()).isEqualTo(1);
    }

    @Test
    void withoutAQueueNobodyWaits() {
        full(0, member("a", 1, 1, false));
        assertThat(pools.pool().mayQueue(new Pick())).isFalse();
        assertThat(join("1", new Pick())).isEqualTo(Reason.MEMBERS_FULL);
    }

    @Test
    void nobodyWaitsForMembersThatCannotTakeWorkAtAll() {
        full(10, member("a", 1, 1, false));
        assertThat(pools.pool().mayQueue(new Pick())).isTrue();
        Pick tried = new Pick();
        tried.exclude(pools.get("a"));
        assertThat(pools.pool().mayQueue(tried)).isFalse();
        pools.probed("a", Probe.DOWN);
        assertThat(pools.pool().mayQueue(new Pick())).isFalse();
    }

    @Test
    void whoWaitsTooLongIsTurnedAwayAndGetsNothingLater() {
        Member held = full(10, member("a", 1, 1, false));
        wait("1");
        pass(TIMEOUT.minusMillis(1));
        assertThat(heard()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(heard()).containsExactly("1 queue-timeout");
        held.release(Outcome.OK);
        pass(TIMEOUT);
        assertThat(heard()).isEmpty();
        assertThat(held.inFlight()).isZero();
        assertThat(pools.pool().queue().late()).isEqualTo(1);
    }

    @Test
    void theTimeInTheQueueIsOneForAllAttempts() {
        Member a = full(10, member("a", 1, 1, false), member("b", 1, 1, false));
        Pick pick = new Pick();
        assertThat(join("1", pick)).isNull();
        pass(Duration.ofMillis(1500));
        a.release(Outcome.OK);
        assertThat(heard()).containsExactly("1 on a");
        pick.exclude(last());
        last().release(Outcome.CONNECT_FAILED);
        assertThat(join("1", pick)).isNull();
        pass(Duration.ofMillis(499));
        assertThat(heard()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(heard()).containsExactly("1 queue-timeout");
        assertThat(join("1", pick)).isEqualTo(Reason.QUEUE_TIMEOUT);
    }

    @Test
    void whoLeavesGivesItsPlaceInTheQueueToTheNext() {
        Member held = full(10, member("a", 1, 1, false));
        Ticket first = wait("1");
        Ticket second = wait("2");
        wait("3");
        second.cancel();
        first.cancel();
        first.cancel();
        held.release(Outcome.OK);
        assertThat(heard()).containsExactly("3 on a");
        assertThat(pools.pool().queue().left()).isEqualTo(2);
        assertThat(held.inFlight()).isEqualTo(1);
    }

    @Test
    void whoLeavesBeforeItHearsOfItsMemberGivesItBack() {
        Member held = full(10, member("a", 1, 1, false));
        Ticket first = wait("1");
        wait("2");
        held.release(Outcome.OK);
        first.cancel();
        assertThat(heard()).containsExactly("2 on a");
        last().release(Outcome.OK);
        assertThat(held.inFlight()).isZero();
    }

    @Test
    void whoHasLeftBeforeItCameDoesNotWait() {
        full(10, member("a", 1, 1, false));
        Ticket waiting = waiting("1", new Pick(), loop.eventLoop());
        waiting.cancel();
        assertThat(waiting.join()).isEqualTo(Reason.CLIENT_GONE);
        assertThat(pools.pool().queue().length()).isZero();
    }

    @Test
    void oneThatHasTriedTheFreeMemberIsPassedOver() {
        Member a = full(10, member("a", 1, 1, false), member("b", 1, 1, false));
        Pick tried = new Pick();
        tried.exclude(a);
        assertThat(join("1", tried)).isNull();
        wait("2");
        a.release(Outcome.OK);
        assertThat(heard()).containsExactly("2 on a");
        pools.get("b").release(Outcome.OK);
        assertThat(heard()).containsExactly("1 on b");
    }

    @Test
    void aFreeMemberThatThoseWhoWaitHaveTriedIsNotWithheldFromTheNext() {
        Member a = full(1, member("a", 1, 1, false), member("b", 1, 1, false));
        Pick tried = new Pick();
        tried.exclude(a);
        join("1", tried);
        a.release(Outcome.OK);
        assertThat(pools.tryAcquire()).isNull();
        assertThat(join("2", new Pick())).as("although the queue is full").isNull();
        assertThat(heard()).containsExactly("2 on a");
    }

    @Test
    void whateverMakesRoomWakesThoseWhoWait() {
        full(10, member("a", 1, 1, false), member("b", 1, 1, false));
        wait("1");
        pools.configure(new QueueSpec(10, TIMEOUT), member("a", 1, 2, false), member("b", 1, 1, false));
        assertThat(heard()).as("a limit raised").containsExactly("1 on a");
        wait("2");
        pools.configure(new QueueSpec(10, TIMEOUT), member("a", 1, 2, false), member("b", 1, 1, false),
                member("c", 1, 1, false));
        assertThat(heard()).as("a member more").containsExactly("2 on c");
        pools.operate("c", Intent.DRAIN, null, null);
        wait("3");
        last().release(Outcome.OK);
        assertThat(heard()).as("a place on a member that drains").isEmpty();
        pools.operate("c", Intent.READY, null, null);
        assertThat(heard()).as("a member back").containsExactly("3 on c");
        last().release(Outcome.OK);
        pools.operate("c", Intent.READY, 0, null);
        wait("4");
        pools.operate("c", Intent.READY, 1, null);
        assertThat(heard()).as("a weight").containsExactly("4 on c");
        last().release(Outcome.OK);
        pools.probed("c", Probe.DOWN);
        wait("5");
        pools.probed("c", Probe.UP);
        assertThat(heard()).as("a member that is up again").containsExactly("5 on c");
    }

    @Test
    void whoWaitsForAPoolThatIsRemovedHearsIt() {
        full(10, member("a", 1, 1, false));
        Pool removed = pools.pool();
        wait("1");
        wait("2");
        Ticket gone = wait("3");
        pools.pools().apply(List.of());
        gone.cancel();
        assertThat(heard()).containsExactly("1 no-member", "2 no-member");
        assertThat(new Ticket(removed, new Pick(), loop.eventLoop(), guest("4")).join())
                .isEqualTo(Reason.NO_MEMBER);
    }

    @Test
    void aQueueThatIsSwitchedOffServesThoseWhoWaitAlready() {
        Member held = full(10, member("a", 1, 1, false));
        wait("1");
        pools.configure(QueueSpec.OFF, member("a", 1, 1, false));
        assertThat(join("2", new Pick())).isEqualTo(Reason.MEMBERS_FULL);
        held.release(Outcome.OK);
        assertThat(heard()).containsExactly("1 on a");
    }

    @Test
    void aLoopThatHasEndedTakesNoPlaceAway() {
        Member held = full(10, member("a", 1, 1, false));
        ScheduledExecutorService ended = Executors.newSingleThreadScheduledExecutor();
        assertThat(waiting("1", new Pick(), ended).join()).isNull();
        wait("2");
        ended.shutdownNow();
        assertThat(waiting("3", new Pick(), ended).join()).isEqualTo(Reason.SHUTDOWN);
        held.release(Outcome.OK);
        assertThat(heard()).containsExactly("2 on a");
        last().release(Outcome.OK);
        assertThat(held.inFlight()).isZero();
    }

    /** One place held on each of these; the one on the first. */
    private Member full(int size, MemberSpec... members) {
        pools.configure(new QueueSpec(size, TIMEOUT), members);
        for (MemberSpec member : members) {
            assertThat(pools.tryAcquire()).as(member.id()).isNotNull();
        }
        return pools.get(members[0].id());
    }

    private Ticket wait(String name) {
        Ticket waiting = waiting(name, new Pick(), loop.eventLoop());
        assertThat(waiting.join()).isNull();
        return waiting;
    }

    private @Nullable Reason join(String name, Pick pick) {
        return waiting(name, pick, loop.eventLoop()).join();
    }

    private Ticket waiting(String name, Pick pick, ScheduledExecutorService on) {
        return new Ticket(pools.pool(), pick, on, guest(name));
    }

    private Waiter guest(String name) {
        return new Waiter() {

            @Override
            public void admitted(Member member) {
                admitted.add(member);
                heard.add(name + " on " + member.id());
            }

            @Override
            public void turnedAway(Reason reason) {
                heard.add(name + " " + reason.code());
            }
        };
    }

    private void pass(Duration time) {
        pools.pass(time);
    }

    private Member last() {
        return Objects.requireNonNull(admitted.getLast());
    }

    private List<String> heard() {
        loop.runPendingTasks();
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }
}
