package io.headgate.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    private static final Pace PACE = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(30));

    @ParameterizedTest
    @CsvSource({"0,2", "2,2", "10,10", "30,30", "3600,30"})
    void lifetimesAreObeyedWithinTheBounds(int lifetime, int delay) {
        assertThat(PACE.after(Duration.ofSeconds(lifetime))).isEqualTo(Duration.ofSeconds(delay));
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,4", "3,8", "4,16", "5,30", "6,30", "1000000,30"})
    void failuresAreRepeatedMoreAndMoreRarely(int inARow, int delay) {
        assertThat(PACE.afterFailure(inARow)).isEqualTo(Duration.ofSeconds(delay));
    }

    @Test
    void refusesBoundsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pace(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
