package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatencyTest {

    private static final long MS = Duration.ofMillis(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Offset<Float> NEARLY = within(0.05f * MS);

    private final Latency latency = new Latency();
    private long now = -5 * SECOND; // a ticker may start anywhere

    @Test
    void isUnknownUntilTheFirstAnswer() {
        assertThat(latency.value(now)).isZero();
        latency.observe(0, now);
        assertThat(latency.value(now)).isPositive();
    }

    @Test
    void risesFastAndFallsSlowly() {
        latency.observe(10 * MS, now);
        now += SECOND;
        latency.observe(50 * MS, now);
        assertThat(latency.value(now)).isCloseTo((float) ((10 * 0.3679 + 50 * 0.6321) * MS), NEARLY);
        now += 10 * SECOND;
        latency.observe(10 * MS, now);
        assertThat(latency.value(now)).isCloseTo((float) ((35.28 * 0.3679 + 10 * 0.6321) * MS), NEARLY);
    }

    @Test
    void aFailureIsASlowAnswerAtOnce() {
        latency.failed(now);
        assertThat(latency.value(now)).isEqualTo((float) SECOND);
        latency.observe(10 * MS, now + 10 * SECOND);
        assertThat(latency.value(now + 10 * SECOND)).isBetween(300f * MS, 400f * MS);
    }

    @Test
    void fallsWithoutAnswersToo() {
        latency.observe(100 * MS, now);
        assertThat(latency.value(now + 10 * SECOND)).isCloseTo(36.79f * MS, NEARLY);
        assertThat(latency.value(now + 60 * SECOND)).isLessThan(0.3f * MS);
    }

    @Test
    void aFewHundredAnswersMakeUpForASlowOneHoweverFastTheyFollow() {
        latency.observe(200 * MS, now);
        for (int i = 0; i < 400; i++) {
            latency.observe(10 * MS, now);
        }
        assertThat(latency.value(now)).isBetween(10f * MS, 11f * MS);
    }
}
