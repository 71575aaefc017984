package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.PoolBuilder;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One request's way from a pool to a member that it holds. */
class AttemptsTest {

    private static final int MAX = 4;

    private final TestedPools pools = new TestedPools(Duration.ZERO, false);
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(pools.ticker()).build();
    private final List<String> heard = new ArrayList<>();
    private final Attempts attempts = new Attempts(MAX);

    @Test
    void aMemberThatFailedIsNotTriedAgainAndTheLastFailureIsTold() {
        begin(0, member("a"), member("b"));
        assertThat(next()).isEqualTo("a");
        attempts.failed(Reason.CONNECT_FAILED);
        assertThat(next()).isEqualTo("b");
        attempts.failed(Reason.CONNECT_TIMEOUT);
        assertThat(next()).isEqualTo("connect-timeout");
        assertThat(attempts.count()).isEqualTo(2);
        assertThat(attempts.last()).isSameAs(pools.get("b"));
        assertThat(attempts.held()).isNull();
        assertThat(pools.get("a").count(Outcome.CONNECT_FAILED)).isEqualTo(1);
        assertNothingHeld();
    }

    @Test
    void afterAsManyAttemptsAsThereMayBeAFailedOneIsTheLast() {
        begin(0, member("a"), member("b"), member("c"), member("d"), member("e"));
        for (int i = 0; i < MAX; i++) {
            assertThat(attempts.isExhausted()).isFalse();
            assertThat(attempts.nextNow(null)).isNotNull();
            attempts.failed(Reason.UPSTREAM_RESET, Outcome.UNKNOWN);
        }
        assertThat(attempts.isExhausted()).isTrue();
        assertThat(next()).isEqualTo("upstream-reset");
        attempts.begin(pools.pool(), 0);
        assertThat(next()).as("somebody else wants it tried once more").isEqualTo("e");
    }

    @Test
    void oneThatReplacesAnotherReleasesIt() {
        begin(0, member("a"));
        Attempt first = Objects.requireNonNull(attempts.nextNow(null));
        Attempt second = Objects.requireNonNull(attempts.nextNow(null));
        assertThat(first.isReleased()).isTrue();
        assertThat(second.isReleased()).isFalse();
        assertThat(pools.get("a").inFlight()).isEqualTo(1);
        attempts.end(Outcome.OK);
        assertThat(pools.get("a").count(Outcome.UNKNOWN)).isEqualTo(1);
        assertNothingHeld();
    }

    @Test
    void withoutAnyMemberThePoolSaysWhy() {
        begin(0);
        assertThat(next()).isEqualTo("no-member");
        begin(0, member("a", 1, 1, false));
        assertThat(pools.tryAcquire()).isNotNull();
        assertThat(next()).isEqualTo("members-full");
        assertThat(attempts.count()).isZero();
    }

    @Test
    void theMemberThatASessionIsBoundToIsTakenFirstAndOnce() {
        begin(0, member("a"), member("b"));
        Member bound = pools.get("b");
        assertThat(Objects.requireNonNull(attempts.nextNow(bound)).member()).isSameAs(bound);
        attempts.failed(Reason.CONNECT_FAILED);
        assertThat(Objects.requireNonNull(attempts.nextNow(bound)).member()).isSameAs(pools.get("a"));
    }

    @Test
    void whatIsBegunAgainAvoidsWhatWasTriedUnlessThereIsNothingElse() {
        begin(0, member("a"), member("b"));
        assertThat(next()).isEqualTo("a");
        attempts.abandon(Outcome.SERVER_ERROR);
        attempts.begin(pools.pool(), 0);
        assertThat(next()).isEqualTo("b");
        attempts.abandon(Outcome.SERVER_ERROR);
        attempts.begin(pools.pool(), 0);
        assertThat(next()).isIn("a", "b");
        attempts.failed(Reason.UPSTREAM_RESET);
        assertThat(next()).as("all are allowed again, but for the one that has just failed").isIn("a", "b");
        attempts.failed(Reason.UPSTREAM_RESET);
        assertThat(next()).isEqualTo("upstream-reset");
        assertNothingHeld();
    }

    @Test
    void oneToAvoidIsTakenWhenThereIsNoOther() {
        begin(0, member("a"), member("b"));
        attempts.avoid(pools.get("a"));
        assertThat(next()).isEqualTo("b");
        Attempts others = new Attempts(1);
        begin(others, 0, member("a"));
        others.avoid(pools.get("a"));
        assertThat(Objects.requireNonNull(others.nextNow(null)).member()).isSameAs(pools.get("a"));
    }

    @Test
    void theKeyOfAPoolStaysAndAnotherPoolHasItsOwn() {
        begin(0, member("a"));
        attempts.begin(pools.pool(), 7);
        assertThat(attempts.hash()).isZero();
        pools.pools().apply(List.of());
        begin(7, member("a"));
        assertThat(attempts.hash()).isEqualTo(7);
    }

    @Test
    void aPlaceFromTheQueueIsHeldAndReleasedOnce() {
        Member full = full(10);
        assertThat(next()).isEqualTo("queued");
        full.release(Outcome.OK);
        assertThat(heard()).containsExactly("admitted to a");
        assertThat(attempts.held()).isSameAs(full);
        assertThat(attempts.count()).isEqualTo(1);
        Attempt attempt = Objects.requireNonNull(attempts.current());
        assertThat(attempt.release(Outcome.OK)).isTrue();
        assertThat(attempt.release(Outcome.TIMEOUT)).isFalse();
        attempts.end(Outcome.RESET);
        assertThat(full.count(Outcome.OK)).isEqualTo(2);
        assertThat(full.count(Outcome.TIMEOUT) + full.count(Outcome.RESET)).isZero();
        assertNothingHeld();
    }

    @Test
    void whoWaitsTooLongIsTurnedAway() {
        full(10);
        assertThat(next()).isEqualTo("queued");
        pools.pass(Duration.ofSeconds(2));
        assertThat(heard()).containsExactly("queue-timeout");
    }

    @Test
    void whereTheQueueIsFullTheLastFailureIsTold() {
        full(1, member("b"));
        attempts.begin(pools.pool(), 0);
        assertThat(next()).isEqualTo("b");
        attempts.failed(Reason.TLS_FAILED);
        assertThat(next()).isEqualTo("queued");
        assertThat(next()).isEqualTo("tls-failed");
    }

    @Test
    void whoLeavesTheQueueGetsNothing() {
        Member full = full(10);
        assertThat(next()).isEqualTo("queued");
        attempts.leaveQueue();
        full.release(Outcome.OK);
        assertThat(heard()).isEmpty();
        assertNothingHeld();
        assertThat(next()).as("it may ask again").isEqualTo("a");
    }

    @Test
    void whoEndsWhileAPlaceIsBeingGrantedReleasesIt() {
        Member full = full(10);
        assertThat(next()).isEqualTo("queued");
        full.release(Outcome.OK);
        attempts.end(Outcome.UNKNOWN);
        assertThat(heard()).isEmpty();
        assertNothingHeld();
        assertThat(attempts.nextNow(null)).as("nothing more is tried").isNull();
    }

    @Test
    void oneThatIsEvictedBetweenGrantAndCallIsLeftForAnother() {
        Member full = full(10, member("b", 1, 1, false));
        Member other = Objects.requireNonNull(pools.tryAcquire());
        assertThat(next()).isEqualTo("queued");
        full.release(Outcome.OK);
        pools.operate("a", Intent.MAINTENANCE, null, null);
        assertThat(heard()).as("waits again").isEmpty();
        assertThat(full.count(Outcome.UNKNOWN)).isEqualTo(1);
        other.release(Outcome.OK);
        assertThat(heard()).containsExactly("admitted to b");
        assertThat(attempts.count()).as("the evicted one was not tried").isEqualTo(1);
    }

    @Test
    void oneThatIsEvictedBetweenGrantAndCallIsTheReasonWhereThereIsNoOther() {
        Member full = full(10);
        assertThat(next()).isEqualTo("queued");
        full.release(Outcome.OK);
        pools.operate("a", Intent.MAINTENANCE, null, null);
        assertThat(heard()).containsExactly("maintenance");
        assertThat(attempts.last()).isNull();
        assertNothingHeld();
    }

    /** The random source of this pool is asked in the middle of a pick. */
    @Test
    void oneThatIsEvictedWhileItIsPickedIsLeftForAnother() {
        AtomicReference<@Nullable Member> out = new AtomicReference<>();
        RandomSource evicting = bound -> {
            Member member = out.getAndSet(null);
            if (member != null) {
                member.pool().operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
            }
            return 0;
        };
        Pool pool = randomly(evicting);
        Member first = pool.members().getFirst();
        out.set(first);
        attempts.begin(pool, 0);
        assertThat(Objects.requireNonNull(attempts.nextNow(null)).member())
                .isSameAs(pool.members().getLast());
        assertThat(first.count(Outcome.UNKNOWN)).as("was picked").isEqualTo(1);
        assertThat(attempts.count()).isEqualTo(1);
        assertThat(first.inFlight()).isZero();
    }

    @Test
    void whatIsOpenOnAMemberIsClosedBeforeItsPlaceIsGivenOn() {
        begin(0, member("a", 1, 1, false));
        Attempt attempt = Objects.requireNonNull(attempts.nextNow(null));
        AtomicReference<@Nullable Consumer<Outcome>> closing = new AtomicReference<>();
        attempt.closeFirst((outcome, giveBack) -> {
            heard.add("closes " + outcome);
            closing.set(giveBack);
        });
        attempts.failed(Reason.RESPONSE_TIMEOUT);
        attempts.end(Outcome.UNKNOWN);
        assertThat(heard()).containsExactly("closes TIMEOUT");
        assertThat(attempt.isReleased()).isTrue();
        assertThat(pools.tryAcquire()).as("still in use").isNull();
        Objects.requireNonNull(closing.get()).accept(Outcome.UNKNOWN);
        assertThat(pools.get("a").count(Outcome.UNKNOWN)).as("closed by us").isEqualTo(1);
        assertThat(pools.tryAcquire()).isNotNull();
    }

    @Test
    void anAttemptTellsThatItsMemberWasEvictedInTheMeantime() {
        begin(0, member("a"));
        Attempt attempt = Objects.requireNonNull(attempts.nextNow(null));
        assertThat(attempt.evicted()).isNull();
        pools.operate("a", Intent.MAINTENANCE, null, null);
        assertThat(attempt.evicted()).isEqualTo(Reason.MAINTENANCE);
        assertThat(attempts.held()).as("found by whoever closes what is open").isSameAs(pools.get("a"));
    }

    @Test
    void whoEndsInTheMiddleOfAPickReleasesWhatWasPicked() {
        Pool pool = randomly(bound -> {
            attempts.end(Outcome.UNKNOWN);
            return 0;
        });
        attempts.begin(pool, 0);
        assertThat(attempts.nextNow(null)).isNull();
        assertThat(attempts.held()).isNull();
        assertThat(pool.members()).allSatisfy(member -> assertThat(member.inFlight()).isZero());
    }

    /** A pool of two members that asks this source in the middle of each pick. */
    private static Pool randomly(RandomSource random) {
        Pools all = new Pools(Clock.SYSTEM, random, (member, outcome) -> {
        });
        all.apply(List.of(PoolBuilder.pool("web", member("a"), member("b")).withAlgorithm(new Random())
                .withDrainTimeout(Duration.ZERO).spec()));
        return all.find("web").orElseThrow();
    }

    private void begin(long key, MemberSpec... members) {
        begin(attempts, key, members);
    }

    private void begin(Attempts by, long key, MemberSpec... members) {
        pools.configure(members);
        by.begin(pools.pool(), key);
    }

    /** The member named a has one place, which is held. */
    private Member full(int queue, MemberSpec... others) {
        List<MemberSpec> all = new ArrayList<>(List.of(others));
        all.addFirst(member("a", 1, 1, false));
        pools.configure(new QueueSpec(queue, Duration.ofSeconds(2)), all.toArray(MemberSpec[]::new));
        Member member = pools.get("a");
        assertThat(member.tryAcquire()).isTrue();
        attempts.begin(pools.pool(), 0);
        return member;
    }

    private void assertNothingHeld() {
        assertThat(pools.pool().members()).allSatisfy(member -> assertThat(member.inFlight()).isZero());
        assertThat(pools.pool().queue().length()).isZero();
    }

    private String next() {
        return switch (attempts.next(null, loop.eventLoop(), new Attempts.Caller() {

            @Override
            public void admitted(Attempt attempt) {
                heard.add("admitted to " + attempt.member().id());
            }

            @Override
            public void turnedAway(Reason reason) {
                heard.add(reason.code());
            }
        })) {
            case Attempt attempt -> attempt.member().id();
            case Step.Queued _ -> "queued";
            case Step.Refused(Reason reason) -> reason.code();
        };
    }

    private List<String> heard() {
        loop.runPendingTasks();
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }
}
