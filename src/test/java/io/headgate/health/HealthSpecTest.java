package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthSpecTest {

    @ParameterizedTest
    @CsvSource({"0,1,1,2,2,80,interval: PT0S", "3,-1,1,2,2,80,fast-interval: PT-1S",
            "3,1,0,2,2,80,timeout: PT0S",
            "3,1,1,0,2,80,fall: 0 (expected: 1 or more)", "3,1,1,2,0,80,rise: 0", "3,1,1,2,2,0,port: 0",
            "3,1,1,2,2,65536,port: 65536"})
    void saysWhatIsOutOfRange(int interval, int fast, int timeout, int fall, int rise, int port,
            String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HealthSpec(new CheckSpec.Tcp(), Duration.ofSeconds(interval),
                        Duration.ofSeconds(fast), Duration.ofSeconds(timeout), fall, rise, port, null,
                        Opening.PLAIN))
                .withMessageStartingWith(message);
    }

    @Test
    void refusesWhatWouldBreakTheRequestApart() {
        assertThatIllegalArgumentException().isThrownBy(() -> CheckSpec.Http.get("/a HTTP/1.1\r\nX: y"));
        assertThatIllegalArgumentException().isThrownBy(() -> CheckSpec.Http.get("health"));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckSpec.Http("GE T", "/", null, List.of(),
                StatusRanges.SUCCESS, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckSpec.Http("GET", "/", "a\nb", List.of(),
                        StatusRanges.SUCCESS, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckSpec.Http("GET", "/", null,
                List.of(new CheckSpec.Header("x", "a\r\nb: c")), StatusRanges.SUCCESS, null));
    }
}
