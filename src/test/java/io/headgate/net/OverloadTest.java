package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.net.Overload.Level;
import io.headgate.net.Overload.Trigger;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OverloadTest {

    private final MockTicker ticker = Ticker.newMockTicker();
    private final AtomicLong heap = new AtomicLong();
    private final AtomicLong lag = new AtomicLong();

    private Overload overload(long hard) {
        return new Overload(List.of(new Trigger("heap", heap::get, 80, hard),
                new Trigger("lag", lag::get, 0, 500)), ticker);
    }

    @Test
    void itRisesAtOnceAndFallsWhenItHasBeenCalm() {
        Overload overload = overload(90);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.NONE);
        heap.set(80);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.SOFT);
        heap.set(90);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.HARD);
        heap.set(85);
        ticker.advance(1999, TimeUnit.MILLISECONDS);
        overload.look();
        assertThat(overload.level()).as("not calm yet").isEqualTo(Level.HARD);
        ticker.advance(1, TimeUnit.MILLISECONDS);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.SOFT);
        heap.set(0);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.SOFT);
        ticker.advance(1, TimeUnit.SECONDS);
        heap.set(81);
        overload.look();
        heap.set(0);
        ticker.advance(1, TimeUnit.SECONDS);
        overload.look();
        assertThat(overload.level()).as("a mark was reached meanwhile").isEqualTo(Level.SOFT);
        ticker.advance(1, TimeUnit.SECONDS);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.NONE);
        assertThat(overload.rises()).isEqualTo(2);
    }

    @Test
    void theWorstOfAllDecidesAndZeroIsNoMark() {
        Overload overload = overload(0);
        heap.set(100);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.SOFT);
        lag.set(499);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.SOFT);
        lag.set(500);
        overload.look();
        assertThat(overload.level()).isEqualTo(Level.HARD);
    }

    @Test
    void whatCanNeverHappenNeedsNoLook() {
        Trigger soft = new Trigger("a", () -> 0, 1, 0);
        Trigger hard = new Trigger("b", () -> 0, 0, 1);
        Trigger none = new Trigger("c", () -> 0, 0, 0);
        assertThat(new Overload(List.of(soft, none), ticker).mayBe(Level.HARD)).isFalse();
        assertThat(new Overload(List.of(soft, none), ticker).mayBe(Level.SOFT)).isTrue();
        assertThat(new Overload(List.of(hard), ticker).mayBe(Level.SOFT)).as("beyond it").isTrue();
        assertThat(new Overload(List.of(none), ticker).mayBe(Level.SOFT)).isFalse();
    }
}
