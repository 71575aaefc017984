package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Interval 3 s, fast interval 1 s, timeout 1 s, fall 2, rise 2; jitter and spread are a half, so none. */
class MemberChecksTest {

    private static final HealthSpec SPEC = HealthSpec.of(new CheckSpec.Tcp());

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Clock clock = new Clock(ticker, InstantSource.fixed(Instant.EPOCH));
    private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    private final FakeCheck asked = new FakeCheck();
    private final List<Member.Check> heard = new ArrayList<>();
    private final Pools pools = TestPools.listenedBy(clock, new PoolListener() {
        @Override
        public void memberChanged(Pool pool, Member changed, Availability from, Availability to,
                String cause) {
            if (broken) {
                throw new IllegalStateException("on purpose");
            }
        }
    }, (member, outcome) -> {
    });

    private boolean broken;
    private boolean deaf;
    private boolean takesBack;
    private Member member;
    private MemberChecks checks;

    @BeforeEach
    void start() {
        pools.apply(List.of(TestPools.onPorts(true, 80)));
        member = TestPools.member(pools, "a");
        checks = new MemberChecks(member, channel.eventLoop(), clock, new Rhythm(bound -> bound / 2),
                this::hear, SPEC, asked);
        checks.start();
        pass(Duration.ZERO);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void theFirstCheckIsAtOnceAndOnePassedCheckBringsTheMemberUp() {
        assertThat(asked.findings).hasSize(1);
        assertThat(member.availability()).isEqualTo(Availability.CHECKING);
        asked.answer(Finding.passed("fine"));
        assertThat(member.availability()).isEqualTo(Availability.UP);
        assertThat(member.standing().probe().cause()).isEqualTo("check passed: fine");
    }

    @Test
    void aListenerThatFailsOnTheVerdictDoesNotEndTheChecks() {
        broken = true;
        asked.answer(Finding.passed("fine"));
        broken = false;
        pass(Duration.ofSeconds(3));
        assertThat(asked.findings).hasSize(2);
    }

    @Test
    void aMemberThatNeverPassedIsDownAfterFallMissesAFastIntervalApart() {
        asked.answer(Finding.failed("refused"));
        assertThat(member.availability()).isEqualTo(Availability.CHECKING);
        pass(Duration.ofSeconds(1));
        asked.answer(Finding.failed("refused"));
        assertThat(member.availability()).isEqualTo(Availability.DOWN);
        assertThat(member.standing().decisive().cause()).isEqualTo("check failed: refused");
    }

    @Test
    void checksGoOnWhateverTheClockDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            if (random.nextInt(3) > 0) {
                asked.answer(random.nextBoolean() ? Finding.passed("fine") : Finding.failed("refused"));
            }
            pass(Duration.ofMillis(random.nextLong(1L << random.nextInt(28))));
            int before = asked.findings.size();
            pass(Duration.ofSeconds(1)); // what is under way, if anything is, has its time and no more
            pass(Duration.ofSeconds(3));
            assertThat(asked.findings.size()).isGreaterThan(before);
        }
    }

    @Test
    void theNextCheckComesAfterTheInterval() {
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3)); // the spread one
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofMillis(2999));
        assertThat(asked.findings).hasSize(2);
        pass(Duration.ofMillis(1));
        assertThat(asked.findings).hasSize(3);
    }

    @Test
    void checksFasterWhileAMissContradictsTheVerdict() {
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3));
        asked.answer(Finding.failed("slow"));
        pass(Duration.ofSeconds(1));
        assertThat(asked.findings).hasSize(3);
    }

    @Test
    void aCheckThatIsNotAnsweredInTimeFailsAndItsTimeIsKept() {
        pass(Duration.ofMillis(999));
        assertThat(heard).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(heard).containsExactly(new Member.Check(false, "no answer within 1000 ms", Instant.EPOCH,
                Duration.ofSeconds(1)));
        assertThat(member.lastCheck()).isEqualTo(heard.getFirst());
    }

    @Test
    void aCheckThatDoesNotEndKeepsTheNextFromStartingAndFailsIt() {
        asked.lingers = true;
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(asked.findings).hasSize(1);
        assertThat(heard).extracting(Member.Check::detail).containsExactly("no answer within 1000 ms",
                "the previous check has not ended yet");
        assertThat(member.availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void aCheckThatThrowsFailsTheMember() {
        asked.throwing = true;
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3));
        assertThat(heard.getLast().detail())
                .isEqualTo("the check failed with an error: java.lang.IllegalStateException: odd");
    }

    @Test
    void aListenerThatFailsDoesNotEndTheChecks() {
        deaf = true;
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3));
        assertThat(asked.findings).hasSize(2);
    }

    @Test
    void doubtMakesTheNextCheckComeAfterAFastIntervalAtTheSoonest() {
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofMillis(400));
        checks.hurry();
        pass(Duration.ofMillis(599));
        assertThat(asked.findings).hasSize(1);
        pass(Duration.ofMillis(1));
        assertThat(asked.findings).hasSize(2);
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(2));
        checks.hurry();
        pass(Duration.ZERO);
        assertThat(asked.findings).hasSize(3);
    }

    @Test
    void checksFasterWhileTheMemberIsEjected() {
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3));
        member.pool().ejected(member, true, "test");
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(1));
        assertThat(asked.findings).hasSize(3);
    }

    @Test
    void aChangedCheckStartsAtOnceAbandonsTheOldOneAndKeepsTheVerdict() {
        asked.answer(Finding.passed("fine"));
        pass(Duration.ofSeconds(3));
        FakeCheck other = new FakeCheck();
        checks.use(HealthSpec.of(CheckSpec.Http.get("/")), other);
        pass(Duration.ZERO);
        assertThat(asked.findings.getLast().isCancelled()).isTrue();
        assertThat(other.findings).hasSize(1);
        assertThat(member.availability()).isEqualTo(Availability.UP);
        assertThat(heard).hasSize(1);
    }

    @Test
    void checksThatAreSwitchedOffSayNothingMoreOfTheMember() {
        asked.answer(Finding.failed("refused"));
        checks.use(HealthSpec.NONE, null);
        pass(Duration.ofMinutes(1));
        assertThat(asked.findings).hasSize(1);
        assertThat(member.standing().probe().value()).isEqualTo(Probe.UNCHECKED);
        assertThat(member.availability()).isEqualTo(Availability.UP);
    }

    @Test
    void checksThatAreSwitchedOnLeaveTheMemberUpUntilFallMisses() {
        checks.use(HealthSpec.NONE, null);
        pass(Duration.ZERO);
        checks.use(SPEC, asked);
        pass(Duration.ZERO);
        asked.answer(Finding.failed("refused"));
        assertThat(member.availability()).isEqualTo(Availability.UP);
        pass(Duration.ofSeconds(1));
        asked.answer(Finding.failed("refused"));
        assertThat(member.availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void stopEndsTheCheckUnderWayAndAllOthers() {
        checks.stop();
        pass(Duration.ofMinutes(1));
        assertThat(asked.findings).hasSize(1);
        assertThat(asked.findings.getFirst().isCancelled()).isTrue();
        assertThat(heard).isEmpty();
    }

    /** What real traffic held against the member goes with the check that disproves it, unseen. */
    @Test
    void aMemberThatIsBackIsUpByOneChange() {
        asked.answer(Finding.failed("refused"));
        pass(Duration.ofSeconds(1));
        asked.answer(Finding.failed("refused"));
        member.pool().ejected(member, true, "a connection failed");
        assertThat(member.availability()).isEqualTo(Availability.DOWN);
        List<Availability> changes = new ArrayList<>();
        pools.listen(new PoolListener() {
            @Override
            public void memberChanged(Pool pool, Member changed, Availability from, Availability to,
                    String cause) {
                changes.add(to);
            }
        });
        takesBack = true;
        checks.use(new HealthSpec(SPEC.check(), SPEC.interval(), SPEC.fastInterval(), SPEC.timeout(), 2, 1,
                null, null, Opening.PLAIN), asked);
        pass(Duration.ZERO);
        asked.answer(Finding.passed("fine"));
        assertThat(changes).containsExactly(Availability.UP);
    }

    private void hear(Member of, Member.Check check) {
        if (takesBack) {
            of.pool().ejected(of, false, "on trial");
        }
        if (deaf) {
            throw new IllegalStateException("deaf");
        }
        heard.add(check);
    }

    private void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private final class FakeCheck implements Check {

        private final List<Promise<Finding>> findings = new ArrayList<>();
        private boolean lingers;
        private boolean throwing;

        @Override
        public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
            if (throwing && !findings.isEmpty()) {
                throw new IllegalStateException("odd");
            }
            findings.add(finding);
            Promise<Object> ended = loop.newPromise();
            finding.addListener(found -> {
                if (!lingers) {
                    ended.trySuccess(true);
                }
            });
            return ended;
        }

        void answer(Finding finding) {
            findings.getLast().trySuccess(finding);
            pass(Duration.ZERO);
        }
    }
}
