package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapUseTest {

    private static final String[] COLLECTORS = System.getProperty("heap.collectors", "Serial,Parallel,G1")
            .split(",", -1);

    private static final String MAJOR = "end of major GC";
    private static final String MINOR = "end of minor GC";

    private final MockTicker ticker = Ticker.newMockTicker();
    private int asked;
    private final HeapUse heap = new HeapUse(85, ticker, () -> asked++);

    private void pass(long seconds) {
        for (int i = 0; i < seconds; i++) {
            ticker.advance(1, TimeUnit.SECONDS);
            heap.age();
        }
    }

    @Test
    void aCollectionThatLeavesGarbageCanOnlyLowerIt() {
        heap.collected("Copy", MINOR, 90);
        assertThat(heap.percent()).isZero();
        heap.collected("MarkSweepCompact", MAJOR, 88);
        assertThat(heap.percent()).isEqualTo(88);
        heap.collected("Copy", MINOR, 95);
        assertThat(heap.percent()).isEqualTo(88);
        heap.collected("Copy", MINOR, 70);
        assertThat(heap.percent()).isEqualTo(70);
        heap.collected("ZGC Major Pauses", "end of GC pause", 0);
        assertThat(heap.percent()).as("part of a cycle").isEqualTo(70);
    }

    @Test
    void aHighReadingThatIsOldIsCheckedEverMoreRarely() {
        heap.collected("PS MarkSweep", MAJOR, 84);
        pass(1000);
        assertThat(asked).as("it is not high").isZero();
        heap.collected("PS MarkSweep", MAJOR, 93);
        pass(9);
        assertThat(asked).isZero();
        pass(1);
        assertThat(asked).isEqualTo(1);
        heap.collected("PS MarkSweep", MAJOR, 92);
        pass(19);
        assertThat(asked).isEqualTo(1);
        pass(1);
        assertThat(asked).isEqualTo(2);
        heap.collected("PS MarkSweep", MAJOR, 20);
        assertThat(heap.percent()).isEqualTo(20);
        heap.collected("PS MarkSweep", MAJOR, 92);
        pass(10);
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void aReadingThatNothingConfirmsIsGivenUp() {
        heap.refusedFrom(60);
        heap.collected("MarkSweepCompact", MAJOR, 70);
        pass(19);
        assertThat(asked).isEqualTo(1);
        assertThat(heap.percent()).isEqualTo(70);
        pass(1);
        assertThat(heap.percent()).isEqualTo(59);
    }

    /**
     * A process with each: it fills its heap, and then does nothing more.
     * {@code -Dheap.collectors=Z,Shenandoah} has those that work at times of their own.
     */
    @Test
    void eachCollectorTellsOfAFullHeapAndOfTheEndOfIt() throws Exception {
        Map<String, Process> processes = new LinkedHashMap<>();
        for (String collector : COLLECTORS) {
            processes.put(collector, start(collector));
        }
        for (var each : processes.entrySet()) {
            String said = new String(each.getValue().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).as(each.getKey()).contains("full\n", "low\n");
        }
    }

    /**
     * With less memory, ZGC has no room for its work when three quarters are taken; the others come to it
     * sooner.
     */
    private static Process start(String collector) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+Use" + collector + "GC", collector.equals("Z") ? "-Xmx256m" : "-Xmx96m",
                        "-XX:TieredStopAtLevel=1", "-cp",
                        System.getProperty("java.class.path"), FullHeap.class.getName()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
