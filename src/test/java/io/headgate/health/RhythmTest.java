package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RhythmTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @Test
    void strayATenthFromTheInterval() {
        assertThat(new Rhythm(bound -> 0).jittered(INTERVAL)).isEqualTo(Duration.ofSeconds(9));
        assertThat(new Rhythm(bound -> bound - 1).jittered(INTERVAL)).isEqualTo(Duration.ofSeconds(11));
    }

    @Test
    void spreadsTheSecondCheckOverTheInterval() {
        assertThat(new Rhythm(bound -> 0).spread(INTERVAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(new Rhythm(bound -> bound - 1).spread(INTERVAL)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsDueWithinATenthOfASecondStartsTogether() {
        long now = 1_000_000_000_000_000L;
        for (int i = 0; i < 100; i++) {
            long at = now + i * 1_000_000L;
            assertThat(at + Rhythm.together(INTERVAL, at).toNanos())
                    .isEqualTo(now + INTERVAL.toNanos());
        }
        assertThat(Rhythm.together(Duration.ofMillis(20), now + 100_000))
                .isGreaterThan(Duration.ofMillis(18));
    }
}
