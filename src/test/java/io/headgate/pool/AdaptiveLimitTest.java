package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Members that work on so many requests at a time, and let the others wait; clients always have more. */
class AdaptiveLimitTest {

    private static final AdaptiveSpec SPEC = new AdaptiveSpec(Duration.ofMillis(30), 5, 1_000);
    private static final long SERVICE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final AdaptiveLimit limit = new AdaptiveLimit(SPEC, 0);

    /** A window in which the member has so much in flight. */
    private void window(int workers, int inFlight, AdaptiveLimit... all) {
        ticker.advance(WINDOW, TimeUnit.NANOSECONDS);
        for (AdaptiveLimit each : all) {
            for (int i = 0; i < 10; i++) {
                boolean _ = each.observe(SERVICE * Math.max(workers, inFlight) / workers, each.limit(),
                        ticker.nanoTime());
            }
        }
    }

    private void busy(int workers, int windows) {
        for (int i = 0; i < windows; i++) {
            window(workers, limit.limit(), limit);
        }
    }

    @Test
    void itComesToWhatTheMemberDoesInTime() {
        assertThat(limit.limit()).isEqualTo(5);
        busy(20, 8);
        assertThat(limit.limit()).as("doubled until it was too much").isBetween(50, 80);
        for (int i = 0; i < 100; i++) {
            busy(20, 1);
            assertThat(limit.limit()).isBetween(50, 65); // 60 take 30 ms
        }
        busy(5, 40);
        assertThat(limit.limit()).as("the member has become slower").isBetween(10, 20);
        busy(20, 20);
        assertThat(limit.limit()).as("and quick again").isBetween(50, 65);
    }

    @Test
    void itStaysWithinItsBounds() {
        busy(100_000, 50);
        assertThat(limit.limit()).isEqualTo(1_000);
        for (int i = 0; i < 100; i++) {
            window(1, 1_000, limit);
        }
        assertThat(limit.limit()).isEqualTo(5);
    }

    @Test
    void itDoesNotRiseUnlessItIsUsed() {
        for (int i = 0; i < 50; i++) {
            ticker.advance(WINDOW, TimeUnit.NANOSECONDS);
            for (int answer = 0; answer < 20; answer++) {
                assertThat(limit.observe(SERVICE, 2, ticker.nanoTime())).isFalse();
            }
        }
        assertThat(limit.limit()).isEqualTo(5);
    }

    @Test
    void aFewAnswersDecideNothing() {
        ticker.advance(1, TimeUnit.HOURS);
        for (int i = 0; i < 9; i++) {
            assertThat(limit.observe(SERVICE, 5, ticker.nanoTime())).isFalse();
        }
        assertThat(limit.observe(SERVICE, 5, ticker.nanoTime())).isTrue();
        assertThat(limit.limit()).isEqualTo(10);
    }

    @Test
    void oneLateAnswerInTenIsPermitted() {
        ticker.advance(WINDOW, TimeUnit.NANOSECONDS);
        for (int i = 0; i < 10; i++) {
            boolean _ = limit.observe(i == 0 ? Long.MAX_VALUE : SERVICE, 5, ticker.nanoTime());
        }
        assertThat(limit.limit()).isEqualTo(10);
    }

    /** What one of them has more than another goes with each fall. */
    @Test
    void gatewaysBeforeTheSameMemberComeToEqualShares() {
        AdaptiveLimit other = new AdaptiveLimit(SPEC, 0);
        busy(100, 7);
        assertThat(limit.limit()).isGreaterThan(200);
        for (int i = 0; i < 400; i++) {
            window(100, limit.limit() + other.limit(), limit, other);
        }
        assertThat(limit.limit() + other.limit()).isBetween(240, 310);
        assertThat(Math.abs(limit.limit() - other.limit())).isLessThan(40);
    }

    @Test
    void aReloadKeepsItWhereItIsTheSame() {
        busy(20, 8);
        assertThat(AdaptiveLimit.of(SPEC, limit, 0)).isSameAs(limit);
        assertThat(AdaptiveLimit.of(new AdaptiveSpec(SPEC.target(), 5, 10), limit, 0)).isNotSameAs(limit);
        assertThat(AdaptiveLimit.of(null, limit, 0)).isNull();
    }
}
