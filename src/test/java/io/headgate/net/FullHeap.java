package io.headgate.net;

import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that says when its heap is known to be full, and when it is known to be so no longer. */
final class FullHeap {

    private static final int HIGH = 72;
    private static final int PIECE = 16 * 1024;

    private static final List<byte[]> KEPT = new ArrayList<>();

    private FullHeap() {
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        MockTicker ticker = Ticker.newMockTicker();
        HeapUse heap = HeapUse.ofProcess(HIGH, ticker);
        for (long left = Runtime.getRuntime().maxMemory() / 100 * 74; left > 0; left -= PIECE) {
            KEPT.add(new byte[PIECE]);
        }
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(2)).until(() -> {
            for (int i = 0; i < 20; i++) {
                KEPT.set(0, new byte[PIECE]);
            }
            return heap.percent() >= HIGH;
        });
        System.out.println("full");
        KEPT.clear();
        ticker.advance(HeapUse.OLD.toNanos(), TimeUnit.NANOSECONDS);
        heap.age();
        await().atMost(Duration.ofSeconds(60)).until(() -> heap.percent() < HIGH / 2);
        System.out.println("low");
    }
}
