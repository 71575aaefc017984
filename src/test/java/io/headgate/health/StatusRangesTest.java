package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRangesTest {

    @Test
    void holdsTheCodesItNames() {
        StatusRanges ranges = StatusRanges.parse("200-299, 301");
        assertThat(ranges.contain(200)).isTrue();
        assertThat(ranges.contain(299)).isTrue();
        assertThat(ranges.contain(301)).isTrue();
        assertThat(ranges.contain(300)).isFalse();
        assertThat(ranges.contain(199)).isFalse();
        assertThat(ranges).hasToString("200-299,301");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2xx", "200-", "299-200", "99", "600", "200,,301", "200-299-399"})
    void refusesWhatIsNoRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> StatusRanges.parse(text))
                .withMessageStartingWith(text + " (expected: status codes");
    }
}
