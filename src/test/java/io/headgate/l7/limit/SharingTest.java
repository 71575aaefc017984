package io.headgate.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharingTest {

    private static final int SECONDS = 60;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Scripted counts = new Scripted(ticker);
    private final List<Sharing> replicas = new ArrayList<>();

    /** What Redis does, and what it may do. */
    private static final class Scripted implements SharedCounts {

        private final Ticker ticker;
        private final Map<String, Long> full = new HashMap<>();
        private final List<Runnable> answers = new ArrayList<>();
        private boolean fails;
        private boolean broken;
        private boolean slow;

        Scripted(Ticker ticker) {
            this.ticker = ticker;
        }

        @Override
        public CompletionStage<@Nullable Long> add(String key, long micros, long most) {
            if (broken) {
                throw new NoClassDefFoundError();
            }
            if (fails) {
                return CompletableFuture.failedFuture(new IllegalStateException("OOM"));
            }
            long now = TimeUnit.NANOSECONDS.toMicros(ticker.nanoTime());
            long next = Math.min(Math.max(full.getOrDefault(key, 0L), now) + micros, now + most);
            full.put(key, next);
            CompletableFuture<@Nullable Long> answer = new CompletableFuture<>();
            answers.add(() -> answer.complete(next - now));
            if (!slow) {
                answer();
            }
            return answer;
        }

        void answer() {
            List<Runnable> all = List.copyOf(answers);
            answers.clear();
            all.forEach(Runnable::run);
        }
    }

    private RateLimit replica(String rate, long burst) {
        Sharing sharing = new Sharing(counts, ticker);
        replicas.add(sharing);
        return new RateLimits(ticker, (name, told) -> {
        }, sharing).limit(new LimitSpec("r", Rate.parse(rate), burst, LimitKey.parse("client"), true));
    }

    /** One step of a millisecond; rounds of the replicas do not begin at the same moment. */
    private void step(int millisecond) {
        ticker.advance(1, TimeUnit.MILLISECONDS);
        for (int i = 0; i < replicas.size(); i++) {
            if (millisecond % 100 == 100 * i / replicas.size()) {
                replicas.get(i).round();
            }
            if (counts.slow && millisecond % 100 == 50) {
                counts.answer();
            }
        }
    }

    /** Steady traffic of more than the limit: what all replicas let pass is what one would of all of it. */
    @ParameterizedTest
    @CsvSource({"2, 1000/s, 100, false", "2, 1000/s, 100, true", "3, 200/s, 20, false",
            "5, 1000/s, 100, true", "8, 500/s, 50, false", "2, 20/s, 1, false", "4, 600/m, 10, true"})
    void theSumOverReplicasIsTheLimit(int number, String rate, long burst, boolean slow) {
        counts.slow = slow;
        Rate each = Rate.parse(rate);
        double persecond = (double) each.requests() / each.per().toSeconds();
        SplittableRandom random = new SplittableRandom(number);
        List<RateLimit> limits = IntStream.range(0, number).mapToObj(i -> replica(rate, burst)).toList();
        RateLimit one = new RateLimits(ticker, (name, told) -> {
        }).limit(new LimitSpec("one", each, burst, LimitKey.parse("client"), false));
        long[] passed = new long[SECONDS];
        long[] expected = new long[SECONDS];
        double often = persecond * 3 / 1000 / number;
        for (int millisecond = 0; millisecond < SECONDS * 1000; millisecond++) {
            step(millisecond);
            for (int i = 0; i < number; i++) {
                double wanted = often * (i == 0 ? 2 : 1); // the first is busier
                int requests = (int) wanted + (random.nextDouble() < wanted % 1 ? 1 : 0);
                for (int request = 0; request < requests; request++) {
                    passed[millisecond / 1000] += limits.get(i).take("a", 1).allowed() ? 1 : 0;
                    expected[millisecond / 1000] += one.take("a", 1).allowed() ? 1 : 0;
                }
            }
        }
        double right = LongStream.of(expected).skip(10).sum();
        assertThat((double) LongStream.of(passed).skip(10).sum()).as("after the bursts").isBetween(
                right * 0.95,
                right * 1.05);
        assertThat((double) LongStream.of(passed).sum()).as("from the start")
                .isBetween(LongStream.of(expected).sum() * 0.95,
                        LongStream.of(expected).sum() * 1.05 + burst);
    }

    @Test
    void whatOneReplicaHasTakenIsMissingOnTheOther() {
        RateLimit here = replica("60/m", 10);
        RateLimit there = replica("60/m", 10);
        assertThat(there.take("a", 1).allowed()).isTrue();
        assertThat(here.take("a", 9).allowed()).isTrue();
        replicas.forEach(Sharing::round);
        assertThat(there.take("a", 1).allowed()).isFalse();
        assertThat(there.take("b", 10).allowed()).as("another key").isTrue();
        ticker.advance(1, TimeUnit.SECONDS);
        assertThat(there.take("a", 1).allowed()).isTrue();
    }

    @Test
    void anErrorEndsTheRoundAsAFailureDoes() {
        RateLimit here = replica("10/s", 10);
        Sharing sharing = replicas.getFirst();
        counts.broken = true;
        assertThat(here.take("a", 1).allowed()).isTrue();
        sharing.round();
        assertThat(sharing.isAlone()).isTrue();
        counts.broken = false;
        ticker.advance(Sharing.PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        here.take("a", 1);
        sharing.round();
        assertThat(sharing.isAlone()).isFalse();
    }

    @Test
    void whenItFailsEachCountsAloneAndAnOutageLeavesNoDebt() {
        RateLimit here = replica("10/s", 10);
        Sharing sharing = replicas.getFirst();
        counts.fails = true;
        assertThat(here.take("a", 10).allowed()).isTrue();
        sharing.round();
        assertThat(sharing.isAlone()).isTrue();
        assertThat(sharing.failed()).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            assertThat(here.take("a", 1).allowed()).isEqualTo(i > 0);
            sharing.round();
            ticker.advance(101, TimeUnit.MILLISECONDS);
        }
        assertThat(sharing.failed()).as("it is asked seldom").isBetween(5L, 7L);
        counts.fails = false;
        ticker.advance(5, TimeUnit.SECONDS);
        assertThat(here.take("a", 1).allowed()).isTrue();
        sharing.round();
        assertThat(sharing.isAlone()).isFalse();
        assertThat(counts.full.values()).singleElement()
                .satisfies(full -> assertThat(full - TimeUnit.NANOSECONDS.toMicros(ticker.nanoTime()))
                        .isEqualTo(100_000));
    }

    @Test
    void anAnswerThatComesTooLateIsNone() {
        RateLimit here = replica("10/s", 10);
        Sharing sharing = replicas.getFirst();
        counts.slow = true;
        assertThat(here.take("a", 5).allowed()).isTrue();
        sharing.round();
        ticker.advance(1001, TimeUnit.MILLISECONDS);
        assertThat(here.take("a", 10).allowed()).as("nobody waits").isTrue();
        sharing.round();
        assertThat(sharing.isAlone()).isTrue();
        counts.answer();
        assertThat(sharing.done()).isZero();
        assertThat(here.take("a", 1).allowed()).isFalse();
    }

    /** The rounds' thread may be held up by what it asks. */
    @Test
    void whoComesWhenTooManyWaitIsCountedHereAlone() {
        RateLimit here = replica("10/s", 10);
        for (int i = 0; i < Sharing.MOST_DUE + 10; i++) {
            assertThat(here.take("k" + i, 1).allowed()).isTrue();
        }
        for (int i = 0; i < 20; i++) {
            replicas.getFirst().round();
        }
        assertThat(counts.full).hasSize(Sharing.MOST_DUE);
        assertThat(counts.full.keySet()).as("those that came first").anyMatch(key -> key.endsWith(" k0"));
    }

    /** It passes the check that its round is the current one, and then the round ends as failed. */
    @Test
    void anAnswerAfterARoundIsGivenUpCountsNothingTwice() {
        SharedState state = new SharedState("k", 1_000_000_000, 100_000_000, ticker.nanoTime(),
                new Sharing(counts, ticker));
        state.took(100_000_000);
        assertThat(state.tell()).isEqualTo(100_000);
        state.forget();
        state.heard(100_000, ticker.nanoTime(), Sharing.ROUND.toNanos());
        assertThat(state.tell()).isZero();
    }
}
