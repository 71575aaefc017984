package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client may write in grpc-timeout, where the route allows a minute, and where it sets no limit. */
class GrpcTimeoutTest {

    @ParameterizedTest
    @CsvSource({"300m, PT0.3S, PT0.3S", "2M, PT1M, PT2M", "99999999H, PT1M, P365D",
            "99999999n, PT0.099999999S, PT0.099999999S",
            "100000000S, PT1M, PT0S", "0S, PT1M, PT0S", "H, PT1M, PT0S", "-1S, PT1M, PT0S", "1d, PT1M, PT0S"})
    void theShorterOneHoldsAndFitsIntoNanoseconds(String own, Duration limited, Duration unlimited) {
        assertThat(Grpc.shorter(own, Duration.ofMinutes(1))).isEqualTo(limited);
        assertThat(Grpc.shorter(own, Duration.ZERO)).isEqualTo(unlimited);
        assertThat(Grpc.shorter(own, Duration.ZERO).toNanos()).isNotNegative();
    }
}
