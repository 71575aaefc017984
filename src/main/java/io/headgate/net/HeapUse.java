package io.headgate.net;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.netty.util.concurrent.Ticker;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the heap is in use, in percent. Only a collection can tell this from garbage, and not every
 * collection does: one of the young generation leaves the garbage of the old one.
 *
 * <p>
 * While a reading is so high that work is refused for it, there may be too little work to bring about the
 * collection that would show that the load is gone. So a collection is asked for when such a reading is old,
 * ever more rarely as long as it stays high. If there is none all the same ({@code -XX:+DisableExplicitGC}),
 * the reading is given up.
 */
final class HeapUse {

    /** A high reading that is older than this is checked. */
    static final Duration OLD = Duration.ofSeconds(10);
    /** How often that time is doubled. */
    private static final int DOUBLINGS = 5;
    /** Collectors that leave garbage: what is used after them is the most that can be in use. */
    private static final Set<String> YOUNG = Set.of("Copy", "PS Scavenge", "ZGC Minor Cycles");
    /** What ZGC and Shenandoah tell of parts of a cycle; the cycle itself follows. */
    private static final String PART = "end of GC pause";

    private static final Logger LOG = LoggerFactory.getLogger(HeapUse.class);

    private final Ticker ticker;
    private final Runnable collection;
    private volatile int percent;
    private int high;
    private long readAt;
    private int doubled;
    private boolean asked;

    /**
     * Nothing is known yet.
     *
     * @param high from so many percent on, a reading is high
     * @param collection brings one about
     */
    HeapUse(int high, Ticker ticker, Runnable collection) {
        this.high = high;
        this.ticker = ticker;
        this.collection = collection;
    }

    /** That of this process, whichever collector it has. */
    static HeapUse ofProcess(int high, Ticker ticker) {
        HeapUse use = new HeapUse(high, ticker, // which may wait for all of it
                () -> Thread.ofPlatform().daemon().name("headgate-collection").start(System::gc));
        Set<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP).map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        long max = Runtime.getRuntime().maxMemory();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener((notification, nothing) -> {
                    if (notification.getUserData() instanceof CompositeData data) {
                        var info = GarbageCollectionNotificationInfo.from(data);
                        long left = info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                                .filter(pool -> heap.contains(pool.getKey())).map(Map.Entry::getValue)
                                .mapToLong(usage -> usage.getUsed()).sum();
                        use.collected(info.getGcName(), info.getGcAction(), (int) (100 * left / max));
                    }
                }, null, null);
            }
        }
        return use;
    }

    /** A collection has left this much of the heap in use, 0 to 100 percent. */
    void collected(String collector, String action, int left) {
        if (action.equals(PART)) {
            return;
        }
        if (YOUNG.contains(collector)) {
            lower(left);
        } else {
            read(left);
        }
    }

    private synchronized void lower(int most) {
        percent = Math.min(percent, most);
    }

    /** So many percent are in use. */
    synchronized void read(int now) {
        percent = now;
        readAt = ticker.nanoTime();
        asked = false;
        doubled = now < high ? 0 : doubled;
    }

    /** From so many percent on, something is refused; if nothing else is from fewer on. */
    synchronized void refusedFrom(int mark) {
        high = Math.min(high, mark);
    }

    int percent() {
        return percent;
    }

    /** Does what is due by time. To be called about once a second. */
    synchronized void age() {
        if (percent < high) {
            return;
        }
        long age = ticker.nanoTime() - readAt;
        if (asked && age >= OLD.toNanos()) {
            LOG.warn("{} % of the heap were in use once, and no collection tells what is now", percent);
            read(high - 1);
        } else if (!asked && age >= OLD.toNanos() << doubled) {
            asked = true;
            doubled = Math.min(doubled + 1, DOUBLINGS);
            readAt = ticker.nanoTime();
            collection.run();
        }
    }
}
