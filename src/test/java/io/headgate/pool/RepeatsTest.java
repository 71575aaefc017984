package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.PoolBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many requests of a pool may be repeated at once. */
class RepeatsTest {

    private static final int CLIENTS = 8;
    private static final int STEPS = 20_000;

    private final Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
    });

    private Pool pool(RetryBudget budget) {
        pools.apply(List.of(PoolBuilder.pool("web", TestedPools.member("a"), TestedPools.member("b"))
                .withRetryBudget(budget).spec()));
        return pools.find("web").orElseThrow();
    }

    @Test
    void aShareOfWhatIsInFlightButAFewAtLeast() {
        Pool pool = pool(RetryBudget.DEFAULT);
        Repeats repeats = pool.repeats();
        assertThat(repeats.limit()).isEqualTo(3);
        List<Attempt> held = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            held.add(Held.in(pool));
        }
        assertThat(repeats.limit()).isEqualTo(20);
        for (int i = 0; i < 20; i++) {
            assertThat(repeats.begin()).isTrue();
        }
        assertThat(repeats.begin()).isFalse();
        repeats.end();
        assertThat(repeats.begin()).isTrue();
        held.forEach(attempt -> attempt.release(Outcome.OK));
        assertThat(repeats.limit()).isEqualTo(3);
        repeats.end();
        assertThat(repeats.begin()).as("too many are being repeated already").isFalse();
        assertThat(repeats.now()).isEqualTo(19);
        assertThat(repeats.begun()).isEqualTo(21);
        assertThat(repeats.refused()).isEqualTo(2);
    }

    @Test
    void aReloadChangesIt() {
        Pool pool = pool(new RetryBudget(0, 0));
        assertThat(pool.repeats().begin()).isFalse();
        pool(new RetryBudget(0, 1));
        assertThat(pool.repeats().begin()).isTrue();
        assertThat(pool.repeats().begin()).isFalse();
    }

    /**
     * Requests come, are repeated and go on many threads: there are never more repeats than there were
     * places.
     */
    @Test
    void neverMoreThanTheBudgetHoweverManyThreadsAsk() throws Exception {
        Pool pool = pool(new RetryBudget(10, 2));
        Repeats repeats = pool.repeats();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int client = 0; client < CLIENTS; client++) {
                SplittableRandom random = new SplittableRandom(client);
                Callable<Void> work = () -> {
                    List<Attempt> held = new ArrayList<>();
                    int mine = 0;
                    for (int i = 0; i < STEPS; i++) {
                        int inFlight = 20 * CLIENTS; // what all of them may have at the most
                        switch (random.nextInt(4)) {
                            case 0 -> {
                                if (held.size() < 20) {
                                    held.add(Held.in(pool));
                                }
                            }
                            case 1 -> {
                                if (!held.isEmpty()) {
                                    held.removeLast().release(Outcome.OK);
                                }
                            }
                            case 2 -> {
                                if (repeats.begin()) {
                                    mine++;
                                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                    assertThat(now.get()).isLessThanOrEqualTo(inFlight / 10);
                                }
                            }
                            default -> {
                                if (mine > 0) {
                                    mine--;
                                    now.decrementAndGet();
                                    repeats.end();
                                }
                            }
                        }
                    }
                    held.forEach(attempt -> attempt.release(Outcome.OK));
                    for (; mine > 0; mine--) {
                        repeats.end();
                    }
                    return null;
                };
                all.add(threads.submit(work));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(repeats.now()).isZero();
        assertThat(most.get()).isPositive();
        assertThat(repeats.refused()).as("the budget was used up at times").isPositive();
    }

    /** One request, and what it has. */
    private static final class Request {

        private final Attempts attempts = new Attempts(9);
        private @Nullable Attempt second;
        private boolean repeated;
    }

    /**
     * Requests come, are repeated, get second attempts, end, and the budget is changed, in any order: neither
     * of the two is ever begun beyond the budget, and no place is lost.
     */
    @Test
    void repeatsAndSecondAttemptsTogetherStayWithinTheBudgetOnAnySchedule() {
        int refusals = 0;
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RetryBudget budget = new RetryBudget(random.nextInt(60), random.nextInt(4));
            Pool pool = pool(budget);
            List<Request> open = new ArrayList<>();
            int inFlight = 0;
            int places = 0;
            for (int step = 0; step < 300; step++) {
                int most = Math.max(budget.min(), inFlight * budget.percent() / 100);
                Request some = open.isEmpty() ? null : open.get(random.nextInt(open.size()));
                int before = places;
                int what = random.nextInt(10);
                if (what < 3 || some == null) {
                    Request fresh = new Request();
                    fresh.attempts.begin(pool, 0);
                    assertThat(fresh.attempts.nextNow(null)).isNotNull();
                    open.add(fresh);
                    inFlight++;
                } else if (what < 5) {
                    if (some.repeated) {
                        pool.repeats().again();
                    } else if (pool.repeats().begin()) {
                        some.repeated = true;
                        places++;
                    }
                } else if (what < 7) {
                    some.second = some.second != null ? some.second : pool.hedges().begin(some.attempts);
                    if (some.second != null && places == pool.repeats().now() - 1) {
                        places++;
                        inFlight++;
                    }
                } else if (what < 8) {
                    Attempt second = some.second;
                    if (second != null) {
                        some.second = null;
                        inFlight--;
                        places--;
                        pool.hedges().end();
                        if (random.nextBoolean()) {
                            some.attempts.replace(second, Outcome.UNKNOWN);
                        } else {
                            second.release(Outcome.UNKNOWN);
                        }
                    }
                } else if (what < 9) {
                    open.remove(some);
                    inFlight--;
                    if (some.repeated) {
                        pool.repeats().end();
                        places--;
                    }
                    if (some.second != null) {
                        pool.hedges().end();
                        some.second.release(Outcome.UNKNOWN);
                        places--;
                        inFlight--;
                    }
                    some.attempts.end(Outcome.OK);
                } else {
                    budget = new RetryBudget(random.nextInt(60), random.nextInt(4));
                    pool(budget);
                }
                assertThat(pool.repeats().now()).as("seed %d, step %d", seed, step).isEqualTo(places);
                assertThat(pool.members().stream().mapToInt(Member::inFlight).sum()).isEqualTo(inFlight);
                if (places > before) {
                    assertThat(places).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(most);
                }
                refusals += places == before && what >= 3 && what < 7 ? 1 : 0;
            }
            for (Request each : open) {
                if (each.repeated) {
                    pool.repeats().end();
                }
                if (each.second != null) {
                    pool.hedges().end();
                    each.second.release(Outcome.UNKNOWN);
                }
                each.attempts.end(Outcome.OK);
            }
            assertThat(pool.repeats().now()).isZero();
            assertThat(pool.members()).allMatch(member -> member.inFlight() == 0);
        }
        assertThat(refusals).isPositive();
    }
}
