package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Held;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A window of 10, half of which may fail; open for 10 s, then 3 results decide. */
class OutlierDetectionTest {

    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.custom().slidingWindowSize(10)
            .minimumNumberOfCalls(10).failureRateThreshold(50).waitDurationInOpenState(Duration.ofSeconds(10))
            .permittedNumberOfCallsInHalfOpenState(3).build();

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Clock clock = new Clock(ticker, () -> Instant.EPOCH.plusNanos(ticker.nanoTime()));
    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    private final EventLoops loops = new EventLoops(Transport.NIO, 1);
    private final OutlierDetection detection = new OutlierDetection(registry, loops, clock);
    private final Pools pools = TestPools.listenedBy(clock, detection, detection);

    @AfterEach
    void close() {
        detection.close();
        loops.close();
    }

    @Test
    void aMemberIsEjectedWhenTooMuchOfItsWindowFailed() {
        watch(OutlierSpec.of(CONFIG), 4);
        report("a", Outcome.OK, 5);
        report("a", Outcome.SERVER_ERROR, 4);
        assertThat(ejected()).isEmpty();
        report("a", Outcome.SERVER_ERROR, 1);
        assertThat(ejected()).containsExactly("a");
        assertThat(member("a").availability()).isEqualTo(Availability.EJECTED);
        assertThat(member("a").standing().ejected().cause())
                .isEqualTo("too many failures, the last: SERVER_ERROR");
    }

    @Test
    void successesCountWithoutBeingReported() {
        watch(OutlierSpec.of(CONFIG), 4);
        for (int i = 0; i < 100; i++) {
            report("a", Outcome.OK, 3);
            report("a", Outcome.TIMEOUT, 1);
        }
        assertThat(ejected()).isEmpty();
        assertThat(breaker("a").getMetrics().getFailureRate()).isBetween(20f, 30f);
    }

    @Test
    void whatSaysNothingOfTheMemberOrIsNotAskedForIsNotCounted() {
        watch(new OutlierSpec(CONFIG, 50, Set.of(Outcome.TIMEOUT)), 4);
        report("a", Outcome.UNKNOWN, 20);
        report("a", Outcome.CONNECT_FAILED, 20);
        report("a", Outcome.SERVER_ERROR, 20);
        assertThat(ejected()).isEmpty();
        report("a", Outcome.TIMEOUT, 10);
        assertThat(ejected()).containsExactly("a");
    }

    @Test
    void aFailedConnectionEjectsAtOnce() {
        watch(OutlierSpec.of(CONFIG), 4);
        report("a", Outcome.CONNECT_FAILED, 1);
        assertThat(ejected()).containsExactly("a");
        assertThat(member("a").standing().ejected().cause()).isEqualTo("a connection failed");
    }

    @Test
    void neverMoreThanTheLimitAreEjectedAndTheRestFollowsWhenThereIsRoom() {
        watch(OutlierSpec.of(CONFIG), 5);
        for (String id : List.of("a", "b", "c", "d", "e")) {
            report(id, Outcome.CONNECT_FAILED, 1);
        }
        assertThat(ejected()).containsExactly("a", "b");
        breaker("a").transitionToClosedState();
        detection.tick();
        assertThat(ejected()).containsExactly("b", "c");
    }

    @Test
    void theOnlyMemberIsNeverEjectedByHalfAPool() {
        watch(OutlierSpec.of(CONFIG), 1);
        report("a", Outcome.CONNECT_FAILED, 50);
        assertThat(ejected()).isEmpty();
    }

    @Test
    void afterTheWaitResultsDecideAndFailuresEjectAgain() {
        watch(OutlierSpec.of(CONFIG), 4);
        report("a", Outcome.SERVER_ERROR, 10);
        pass(9_999);
        assertThat(ejected()).containsExactly("a");
        pass(1);
        assertThat(ejected()).isEmpty();
        assertThat(breaker("a").getState()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
        report("a", Outcome.SERVER_ERROR, 3);
        assertThat(ejected()).containsExactly("a");
        pass(10_000);
        report("a", Outcome.OK, 3);
        pass(1_000);
        assertThat(ejected()).isEmpty();
        assertThat(breaker("a").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    /** As when a member accepts but never answers: each trial holds up three, not everybody. */
    @Test
    void onTrialAMemberGetsNoMoreThanTheBreakerPermitsUntilResultsDecide() {
        watch(OutlierSpec.of(CONFIG), 2);
        int failures = 0;
        for (int trial = 0; trial < 3; trial++) {
            report("a", Outcome.CONNECT_FAILED, 1);
            pass(10_000);
            assertThat(member("a").onTrial()).isTrue();
            List<Attempt> got = acquire(64);
            assertThat(member("a").inFlight()).isEqualTo(3);
            for (Attempt attempt : got) {
                boolean tried = attempt.member() == member("a");
                failures += tried ? 1 : 0;
                attempt.release(tried ? Outcome.TIMEOUT : Outcome.OK);
            }
            assertThat(ejected()).containsExactly("a");
        }
        assertThat(failures).isEqualTo(9);
        pass(10_000);
        acquire(6).forEach(attempt -> attempt.release(Outcome.OK));
        assertThat(member("a").onTrial()).as("decided by the third result, not by the next tick").isFalse();
        assertThat(breaker("a").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void ofAMemberThatIsDownTooEachChangeIsToldOnce() {
        detection.apply(Map.of("web", OutlierSpec.of(CONFIG)));
        pools.apply(List.of(TestPools.onPorts(true, 8000, 8001)));
        Pool web = TestPools.web(pools);
        web.members().forEach(each -> web.probed(each, Probe.UP, "up"));
        List<Availability> told = new ArrayList<>();
        pools.listen(new PoolListener() {
            @Override
            public void memberChanged(Pool pool, Member changed, Availability from, Availability to,
                    String cause) {
                told.add(to);
            }
        });
        detection.tick();
        report("a", Outcome.CONNECT_FAILED, 1);
        web.probed(member("a"), Probe.DOWN, "no answer");
        for (int i = 0; i < 20; i++) { // what was under way when it went down
            report("a", Outcome.CONNECT_FAILED, 1);
            pass(6_000);
        }
        detection.onCheck(member("a"), check(true, clock.wall().instant().plusSeconds(1)));
        web.probed(member("a"), Probe.UP, "up");
        pass(1_000);
        assertThat(told).containsExactly(Availability.EJECTED, Availability.DOWN, Availability.UP);
    }

    @Test
    void aTrialEndsWithTheDetection() {
        watch(OutlierSpec.of(CONFIG), 2);
        report("a", Outcome.CONNECT_FAILED, 1);
        pass(10_000);
        assertThat(member("a").onTrial()).isTrue();
        detection.apply(Map.of());
        assertThat(member("a").onTrial()).isFalse();
    }

    private List<Attempt> acquire(int times) {
        List<Attempt> got = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            got.add(Held.in(TestPools.web(pools)));
        }
        return got;
    }

    @Test
    void waitsGrowAsConfiguredUntilAMemberHasRecovered() {
        watch(OutlierSpec.of(CircuitBreakerConfig.from(CONFIG)
                .waitIntervalFunctionInOpenState(attempt -> 10_000L * attempt).build()), 4);
        report("a", Outcome.CONNECT_FAILED, 1);
        pass(10_000);
        assertThat(ejected()).isEmpty();
        report("a", Outcome.CONNECT_FAILED, 1);
        pass(19_999);
        assertThat(ejected()).containsExactly("a");
        pass(1);
        assertThat(ejected()).isEmpty();
        report("a", Outcome.OK, 3);
        pass(0);
        report("a", Outcome.CONNECT_FAILED, 1);
        pass(10_000);
        assertThat(ejected()).isEmpty();
    }

    @Test
    void aPassedCheckTakesBackWhoCouldNotBeReachedButNotWhoFailedOtherwise() {
        watch(OutlierSpec.of(CONFIG), 4);
        report("a", Outcome.CONNECT_FAILED, 1);
        report("b", Outcome.SERVER_ERROR, 10);
        Instant before = clock.wall().instant();
        pass(500);
        detection.onCheck(member("a"), check(true, before));
        assertThat(ejected()).containsExactly("a", "b");
        detection.onCheck(member("a"), check(false, clock.wall().instant()));
        assertThat(ejected()).containsExactly("a", "b");
        detection.onCheck(member("a"), check(true, clock.wall().instant()));
        detection.onCheck(member("b"), check(true, clock.wall().instant()));
        assertThat(ejected()).containsExactly("b");
    }

    @Test
    void aPassedCheckAfterABreakerWasClosedByHandChangesNothing() {
        watch(OutlierSpec.of(CONFIG), 4);
        report("a", Outcome.CONNECT_FAILED, 1);
        breaker("a").transitionToClosedState();
        ticker.advance(1, TimeUnit.SECONDS);
        detection.onCheck(member("a"), check(true, clock.wall().instant()));
        assertThat(breaker("a").getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        pass(0);
        assertThat(ejected()).isEmpty();
    }

    @Test
    void theConfigurationSaysWhichExceptionsCount() {
        watch(OutlierSpec
                .of(CircuitBreakerConfig.from(CONFIG).ignoreException(e -> e instanceof ConnectException)
                        .recordException(e -> !(e instanceof OutcomeExceptions.ServerErrorException))
                        .build()),
                4);
        report("a", Outcome.SERVER_ERROR, 20);
        assertThat(ejected()).isEmpty();
        report("a", Outcome.RESET, 20);
        assertThat(ejected()).containsExactly("a");
    }

    @Test
    void aBreakerForcedOpenByHandEjects() {
        watch(OutlierSpec.of(CONFIG), 4);
        breaker("a").transitionToForcedOpenState();
        pass(0);
        assertThat(ejected()).containsExactly("a");
        assertThat(member("a").standing().ejected().cause()).isEqualTo("its breaker was opened by hand");
        breaker("a").transitionToClosedState();
        pass(0);
        assertThat(ejected()).isEmpty();
    }

    @Test
    void aChangedConfigurationTakesMembersBackAndStartsAnew() {
        watch(OutlierSpec.of(CONFIG), 4);
        CircuitBreaker before = breaker("a");
        report("a", Outcome.CONNECT_FAILED, 1);
        detection.apply(Map.of("web", new OutlierSpec(CONFIG, 25, Set.of(Outcome.RESET))));
        assertThat(ejected()).isEmpty();
        assertThat(breaker("a")).isNotSameAs(before);
        report("a", Outcome.RESET, 10);
        assertThat(ejected()).containsExactly("a");
        detection.apply(Map.of());
        assertThat(ejected()).isEmpty();
        assertThat(registry.getAllCircuitBreakers()).isEmpty();
    }

    @Test
    void theBreakerOfAMemberThatIsGoneIsForgottenAndANamesakeGetsItsOwn() {
        watch(OutlierSpec.of(CONFIG), 2);
        report("a", Outcome.CONNECT_FAILED, 1);
        Attempt held = Held.in(TestPools.web(pools));
        assertThat(held.member().id()).isEqualTo("b");
        MemberSpec old = held.member().spec();
        pools.apply(List.of(TestPools.spec(false, new MemberSpec("b", new Address("127.0.0.1", 99),
                1, 0, false, null))));
        pass(0);
        Member namesake = TestPools.web(pools).members().getFirst();
        assertThat(namesake.spec()).isNotEqualTo(old);
        CircuitBreaker mine = breaker("b");
        held.release(Outcome.UNKNOWN);
        pools.sweep();
        pass(0);
        assertThat(registry.getAllCircuitBreakers()).containsExactly(mine);
        pools.apply(List.of());
        pools.sweep();
        pass(0);
        assertThat(registry.getAllCircuitBreakers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 0", "1, 10, 1", "10, 2, 1", "10, 25, 2", "34, 3, 1", "50, 3, 1", "50, 1, 0",
            "99, 1, 0",
            "100, 1, 1", "100, 3, 3", "10, 0, 0", "0, 2, 0"})
    void theShareIsRoundedDownButNotToNothing(int percent, int members, int ejected) {
        assertThat(new OutlierSpec(CONFIG, percent, Set.of()).most(members)).isEqualTo(ejected);
    }

    @Test
    void saysWhatIsNoShareOfAPool() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OutlierSpec(CONFIG, 101, Set.of()))
                .withMessage("max-ejected: 101 (expected: 0 to 100 percent)");
    }

    private void watch(OutlierSpec spec, int members) {
        detection.apply(Map.of("web", spec));
        int[] ports = new int[members];
        for (int i = 0; i < members; i++) {
            ports[i] = 8000 + i;
        }
        pools.apply(List.of(TestPools.onPorts(false, ports)));
        detection.tick();
    }

    /** Work that ends so; on the member itself, whoever would have been picked. */
    private void report(String id, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            Attempts attempts = new Attempts(1);
            attempts.begin(TestPools.web(pools), 0);
            Map<String, Member> others = new HashMap<>();
            TestPools.web(pools).members().forEach(m -> others.put(m.id(), m));
            Member wanted = Objects.requireNonNull(others.remove(id));
            others.values().forEach(attempts::exclude);
            Attempt attempt = attempts.nextNow(null);
            if (attempt != null && attempt.member() == wanted) {
                attempt.release(outcome);
            } else {
                detection.onOutcome(wanted, outcome);
            }
        }
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        detection.tick();
    }

    private static Member.Check check(boolean passed, Instant at) {
        return new Member.Check(passed, "test", at, Duration.ZERO);
    }

    private Member member(String id) {
        return TestPools.member(pools, id);
    }

    private CircuitBreaker breaker(String id) {
        return registry.find("web." + id).orElseThrow();
    }

    private List<String> ejected() {
        return TestPools.web(pools).members().stream().filter(m -> m.standing().ejected().value())
                .map(Member::id)
                .toList();
    }
}
