package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerTimesTest {

    private final AnswerTimes times = new AnswerTimes();

    @Test
    void nothingIsSaidOfAFewAnswers() {
        for (int i = 0; i < AnswerTimes.LEAST - 1; i++) {
            times.observe(1_000);
        }
        assertThat(times.percentile(50)).isNegative();
    }

    /** Over many sets of times, whatever their spread. */
    @Test
    void aPercentileIsAtMostAnEighthTooHigh() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            AnswerTimes each = new AnswerTimes();
            double spread = 1 + random.nextInt(12);
            long[] all = new long[1_600]; // none is forgotten yet, and the last one is a multiple of 32
            for (int i = 0; i < all.length; i++) {
                all[i] = (long) (50_000 * Math.exp(random.nextDouble() * spread));
                each.observe(all[i]);
            }
            Arrays.sort(all);
            for (int percent = 1; percent < 100; percent++) {
                long exact = all[(all.length * percent + 99) / 100 - 1];
                assertThat(each.percentile(percent)).as("%d %% of a spread of %s", percent, spread)
                        .isBetween(exact, exact + exact / 8 + 1024);
            }
        }
    }

    @Test
    void olderAnswersCountLessAndLess() {
        for (int i = 0; i < 100_000; i++) {
            times.observe(TimeUnit.MILLISECONDS.toNanos(1));
        }
        for (int i = 0; i < 4_000; i++) {
            times.observe(TimeUnit.MILLISECONDS.toNanos(100));
        }
        assertThat(times.percentile(50)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(90));
    }

    @Test
    void noTimeIsTooShortOrTooLong() {
        for (long nanos : new long[]{-1, 0, 1, Long.MAX_VALUE}) {
            for (int i = 0; i < 1_000; i++) {
                times.observe(nanos);
            }
        }
        assertThat(times.percentile(99)).isPositive();
    }
}
