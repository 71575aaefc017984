package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.fast.Http2Silence.Look;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection with streams that wait, second by second. */
class Http2SilenceTest {

    private final Http2Silence silence = new Http2Silence(0);

    private Look at(long seconds) {
        return silence.look(TimeUnit.SECONDS.toNanos(seconds), true);
    }

    @Test
    void aMemberThatDoesNotAnswerIsDead() {
        assertThat(at(10)).isEqualTo(Look.FINE);
        assertThat(at(11)).isEqualTo(Look.ASK);
        assertThat(at(21)).isEqualTo(Look.FINE);
        assertThat(at(22)).isEqualTo(Look.DEAD);
    }

    @Test
    void otherFramesThanAnswersMakeNoPingComeSooner() {
        assertThat(at(11)).isEqualTo(Look.ASK);
        silence.heard(); // the answer
        assertThat(at(12)).isEqualTo(Look.FINE);
        silence.heard(); // a PING of the member's own, or a window
        assertThat(at(20)).isEqualTo(Look.FINE);
        assertThat(at(320)).as("five minutes later").isEqualTo(Look.FINE);
        assertThat(at(321)).isEqualTo(Look.ASK);
    }

    @Test
    void afterAnAnswerItIsAskedSoonAgain() {
        assertThat(at(11)).isEqualTo(Look.ASK);
        silence.answers();
        silence.heard();
        assertThat(at(12)).isEqualTo(Look.FINE);
        assertThat(at(23)).isEqualTo(Look.ASK);
    }
}
