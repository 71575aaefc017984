package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.PoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Limits, reloads, and many threads at once. */
class PoolTest {

    @Test
    void aFullMemberIsPassedOverAndAFullPoolSaysSo() {
        TestedPools pools = TestedPools.unchecked(member("a", 1, 2, false), member("b", 1, 1, false));
        List<Member> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(pools.acquire());
        }
        assertThat(pools.get("a").inFlight()).isEqualTo(2);
        assertThat(pools.get("b").inFlight()).isEqualTo(1);
        assertThat(pools.tryAcquire()).isNull();
        assertThat(pools.pool().refusal()).isEqualTo(Reason.MEMBERS_FULL);
        held.getFirst().release(Outcome.OK);
        assertThat(pools.acquire()).isSameAs(held.getFirst());
    }

    @Test
    void aRetryGoesToAnotherMemberAndThenToNobody() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        Member first = pools.acquire();
        Member second = pools.acquire(first);
        assertThat(second).isNotSameAs(first);
        Pick both = new Pick();
        both.exclude(first);
        both.exclude(second);
        assertThat(pools.pool().acquire(both)).isNull();
    }

    @Test
    void aReloadKeepsWhatHappenedToAMember() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.pool().ejected(pools.get("b"), true, "failed");
        Member held = pools.acquire();
        pools.operate("a", Intent.READY, 7, null);
        pools.events();
        pools.configure(member("b"), member("a", 5, 10, false), member("c"));
        assertThat(pools.get("a")).isSameAs(held);
        assertThat(held.inFlight()).isEqualTo(1);
        assertThat(held.weight()).as("the operator's").isEqualTo(7);
        assertThat(held.spec().weight()).isEqualTo(5);
        assertThat(pools.get("b").availability()).isEqualTo(Availability.EJECTED);
        assertThat(pools.events()).containsExactly("added web/c");
        assertThat(pools.pool().members()).extracting(Member::id).containsExactly("b", "a", "c");
    }

    @Test
    void aListenerThatFailsKeepsNoOtherFromHearingAndNoOtherPoolFromItsSweep() {
        Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        List<String> heard = new ArrayList<>();
        pools.apply(List.of(PoolBuilder.pool("a", member("1")).spec(),
                PoolBuilder.pool("b", member("2")).spec()));
        pools.listen(new PoolListener() {
            @Override
            public void memberRemoved(Pool pool, Member member) {
                throw new IllegalStateException("on purpose");
            }
        });
        pools.listen(new PoolListener() {
            @Override
            public void memberRemoved(Pool pool, Member member) {
                heard.add(pool + " lost " + member.id());
            }

            @Override
            public void poolGone(Pool pool, Set<String> left) {
                heard.add(pool + " is gone");
            }
        });
        assertThatThrownBy(() -> pools.apply(List.of())).hasMessage("on purpose");
        pools.sweep();
        assertThat(heard).containsExactlyInAnyOrder("a lost 1", "b lost 2", "a is gone", "b is gone");
    }

    @Test
    void anotherAddressIsAnotherMember() {
        TestedPools pools = TestedPools.unchecked(member("a"));
        Member before = pools.acquire();
        pools.events();
        pools.configure(new MemberSpec("a", new Address("elsewhere", 80), 1, 0, false, null));
        assertThat(pools.get("a")).isNotSameAs(before);
        assertThat(pools.get("a").inFlight()).isZero();
        assertThat(before.availability()).isEqualTo(Availability.LEAVING);
        before.release(Outcome.OK);
        pools.pass(Duration.ofSeconds(1));
        assertThat(pools.pool().members()).doesNotContain(before);
        assertThat(pools.events()).containsExactly("added web/a",
                "web/a UP -> LEAVING: no longer configured or discovered", "removed web/a");
    }

    @Test
    void aMemberThatIsTakenOutStaysUntilItsWorkIsDoneAndMayComeBack() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        Member a = pools.get("a");
        Member held = pools.acquire(pools.get("b"));
        pools.configure(member("b"));
        assertThat(pools.share(4, "a", "b")).containsExactly(0, 4);
        pools.pass(Duration.ofSeconds(1));
        assertThat(pools.pool().members()).contains(a);
        pools.configure(member("a"), member("b"));
        assertThat(pools.get("a")).isSameAs(a);
        assertThat(pools.share(4, "a", "b")).containsExactly(2, 2);
        held.release(Outcome.OK);
        assertThat(a.inFlight()).isZero();
    }

    @Test
    void aPoolThatIsGoneEvictsWhatOutlastsItsDrain() {
        TestedPools pools = TestedPools.unchecked(member("a"));
        Member held = pools.acquire();
        pools.events();
        pools.pools().apply(List.of());
        assertThat(pools.pools().find("web")).isEmpty();
        pools.pass(TestedPools.DRAIN_TIMEOUT);
        assertThat(pools.events()).contains("evicted web/a: drain-timeout");
        held.release(Outcome.UNKNOWN);
        pools.pass(Duration.ofSeconds(1));
        assertThat(pools.events()).containsExactly("removed web/a");
    }

    /** Threads acquire and release while members come, go, fail and are drained. */
    @Test
    void countsStayRightWhileEverythingChanges() throws Exception {
        TestedPools pools = TestedPools.unchecked(member("a", 1, 3, false), member("b"), member("c"));
        List<Member> all = new ArrayList<>(pools.pool().members());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        AtomicReference<Throwable> fault = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            int seed = i;
            Thread.ofPlatform().start(() -> {
                try {
                    work(pools, stop, done, seed);
                } catch (RuntimeException | Error e) {
                    fault.set(e);
                } finally {
                    ended.countDown();
                }
            });
        }
        SplittableRandom random = new SplittableRandom(51);
        while (done.get() < 100_000 && fault.get() == null) {
            switch (random.nextInt(5)) {
                case 0 -> pools.configure(member("a", 1, 3, false), member("b"));
                case 1 -> pools.configure(member("a", 2, 3, false), member("b"), member("c"));
                case 2 -> pools.operate("a", random.nextBoolean() ? Intent.DRAIN : Intent.READY, null, null);
                case 3 -> pools.pool().ejected(pools.get("b"), random.nextBoolean(), "test");
                default -> pools.pass(Duration.ofSeconds(1));
            }
            pools.pool().members().stream().filter(m -> !all.contains(m)).forEach(all::add);
            assertThat(all).allSatisfy(m -> assertThat(m.inFlight()).isNotNegative());
            assertThat(pools.get("a").inFlight()).isLessThanOrEqualTo(3);
        }
        stop.set(true);
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fault.get()).isNull();
        assertThat(all).allSatisfy(m -> assertThat(m.inFlight()).isZero());
        assertThat(all.stream().mapToLong(Member::picks).sum()).isEqualTo(done.get());
    }

    private static void work(TestedPools pools, AtomicBoolean stop, AtomicInteger done, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Member> held = new ArrayList<>();
        while (!stop.get()) {
            Member member = held.size() < 4 ? pools.pool().acquire(new Pick()) : null;
            if (member != null) {
                held.add(member);
            }
            if (!held.isEmpty() && random.nextBoolean()) {
                held.remove(random.nextInt(held.size())).release(Outcome.OK);
                done.incrementAndGet();
            }
        }
        held.forEach(member -> {
            member.release(Outcome.OK);
            done.incrementAndGet();
        });
    }
}
