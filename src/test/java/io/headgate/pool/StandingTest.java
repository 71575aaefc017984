package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {

    @ParameterizedTest
    @CsvSource({
            "UP,        false, READY,       false, UP,          p",
            "UNCHECKED, false, READY,       false, UP,          p",
            "UP,        true,  READY,       false, EJECTED,     e",
            "UNCHECKED, true,  READY,       false, EJECTED,     e",
            "PENDING,   false, READY,       false, CHECKING,    p",
            "PENDING,   true,  READY,       false, CHECKING,    p",
            "DOWN,      false, READY,       false, DOWN,        p",
            "DOWN,      true,  READY,       false, DOWN,        p",
            "UP,        false, READY,       true,  LEAVING,     l",
            "DOWN,      true,  READY,       true,  LEAVING,     l",
            "UP,        false, DRAIN,       false, DRAINING,    o",
            "DOWN,      false, DRAIN,       false, DRAINING,    o",
            "UP,        false, DRAIN,       true,  LEAVING,     l",
            "UP,        false, MAINTENANCE, false, MAINTENANCE, o",
            "PENDING,   true,  MAINTENANCE, true,  MAINTENANCE, o"})
    void availabilityIsTheStrongestOfFourVerdicts(Probe probe, boolean ejected, Intent intent,
            boolean leaving, Availability availability, String decisive) {
        Standing standing = new Standing(new Verdict<>(probe, Instant.EPOCH, "p"),
                new Verdict<>(ejected, Instant.EPOCH.minusSeconds(1), "e"),
                new Verdict<>(new Operator(intent, null, null, null), Instant.EPOCH.minusSeconds(1), "o"),
                new Verdict<>(leaving, Instant.EPOCH.minusSeconds(1), "l"));
        assertThat(standing.availability()).isEqualTo(availability);
        assertThat(standing.decisive().cause()).isEqualTo(decisive);
    }
}
