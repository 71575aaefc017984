package io.headgate.admin.human;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({"PT0S, 0 s", "PT0.000000157S, 0.16 µs", "PT0.001157741S, 1.16 ms", "PT0.12S, 120 ms",
            "PT9.999S, 10 s", "PT59.96S, 60 s", "PT10M, 10 min", "PT62M5S, 1 h 2 min", "PT61S, 1 min 1 s",
            "P9DT3H59M, 9 d 3 h", "PT-90S, -1 min 30 s"})
    void durationsHaveTwoUnitsAtMost(Duration time, String text) {
        assertThat(Amount.of(time)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KB", "1048575, 1 MB", "65536, 64 KB", "1610612736, 1.5 GB",
            "9223372036854775807, 8 EB"})
    void sizesHaveTheUnitsOfTheConfiguration(long bytes, String text) {
        assertThat(Amount.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void aTimeSaysHowLongAgoItIs() {
        Instant now = Instant.parse("2026-01-02T03:04:05.6Z");
        assertThat(Amount.of(now.minusMillis(12_300), now)).isEqualTo("2026-01-02 03:03:53 UTC, 12 s ago");
        assertThat(Amount.of(now.plusSeconds(90), now)).isEqualTo("2026-01-02 03:05:35 UTC, in 1 min 30 s");
    }
}
