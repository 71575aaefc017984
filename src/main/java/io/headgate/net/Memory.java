package io.headgate.net;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.netty.channel.Channel;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * How much memory there is for what clients and members make us hold, and what each of them may have of it.
 * The limits are the process's, so there is one of these: {@link #PROCESS}.
 *
 * <p>
 * Buffers for sockets lie outside the heap. A connection may hold a fixed share of what is free of that
 * memory: the more is taken, the smaller is what each of those who come later gets, and what is left shrinks
 * ever more slowly. (With a share of s of what is free, n connections that take all that they may leave
 * {@code (1 - s)^n} of it.) So ten thousand clients that do not read use up less than there is, and whoever
 * reads is served, in smaller pieces. When next to nothing is left all the same, no more work is taken.
 *
 * <p>
 * The heap holds what is known about each request and connection: how full it is, is known after each
 * collection.
 */
public final class Memory {

    /** That of this process. */
    public static final Memory PROCESS = ofProcess();

    /** How long a peer may take nothing of what is held for it, while there is hardly any memory left. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The most and the least that one read takes, and that may then wait to be sent. */
    static final int MOST = 128 * 1024;
    static final int LEAST = 2 * 1024;
    /** No more waits for a channel that can be written to: its high water mark, which is Netty's own. */
    private static final int WRITABLE = 64 * 1024;
    /** A share is one of so many of what is free. */
    private static final int SHARES = 4096;
    /** Of the memory for buffers, one of so many parts is left for what cannot be refused. */
    private static final int RESERVE = 16;
    /** Percent of the heap that are in use after a collection. */
    private static final int FULL = 85;
    private static final int VERY_FULL = 92;

    private final long limit;
    private final LongSupplier used;
    private volatile int share = MOST;
    private volatile boolean spent;
    private volatile int heap;

    /**
     * With a full share for everybody.
     *
     * @param limit bytes that there are for buffers
     * @param used bytes that are taken
     */
    Memory(long limit, LongSupplier used) {
        this.limit = limit;
        this.used = used;
    }

    private static Memory ofProcess() {
        BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findAny().orElseThrow();
        // Netty counts what it takes past the JDK, where it does
        Memory memory = new Memory(PlatformDependent.estimateMaxDirectMemory(),
                () -> Math.max(buffers.getMemoryUsed(), PlatformDependent.usedDirectMemory()));
        long max = Runtime.getRuntime().maxMemory();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener((notification, nothing) -> {
                    if (notification.getUserData() instanceof CompositeData data) {
                        memory.collected(GarbageCollectionNotificationInfo.from(data), max);
                    }
                }, null, null);
            }
        }
        return memory;
    }

    private void collected(GarbageCollectionNotificationInfo collection, long max) {
        long left = 0;
        for (var pool : collection.getGcInfo().getMemoryUsageAfterGc().entrySet()) {
            left += pool.getKey().startsWith("G1 ") ? used(pool.getValue()) : 0;
        }
        heap((int) (100 * left / max));
    }

    private static long used(MemoryUsage usage) {
        return usage.getUsed();
    }

    /** So many percent of the heap are in use after a collection. */
    void heap(int percent) {
        heap = percent;
    }

    /** Bytes that there are for buffers: -XX:MaxDirectMemorySize, or else what the heap may have. */
    public long limit() {
        return limit;
    }

    /** Bytes of them that are taken, by the allocator's reserve too. */
    public long used() {
        return used.getAsLong();
    }

    /** Looks at what is free. */
    public void look() {
        long reserve = limit / RESERVE;
        long free = limit - used.getAsLong() - reserve;
        int next = Math.clamp(Long.highestOneBit(Math.max(free, 0) / SHARES), LEAST, MOST);
        if (next != share) {
            share = next;
        }
        if (free < 0 != spent) {
            spent = free < 0;
        }
    }

    /** How much may be read at once where this much could come. */
    public int read(int wanted) {
        if (wanted <= LEAST) {
            return wanted;
        }
        look();
        return Math.min(wanted, share);
    }

    /** How much may wait for a peer. */
    public int share() {
        return share;
    }

    /** Whether so much may wait for a channel's peer that more may be read for it. */
    public boolean mayHold(Channel channel) {
        int most = share;
        return most >= WRITABLE
                || channel.config().getWriteBufferHighWaterMark() - channel.bytesBeforeUnwritable() < most;
    }

    /** Whether so little is left that those who hold buffers without taking what is in them are given up. */
    public boolean isShort() {
        return share <= 2 * LEAST;
    }

    /** Whether there is not enough left to take more work. */
    public boolean isSpent() {
        return spent || heap >= VERY_FULL;
    }

    /** Whether the heap has no room for what is large there. */
    public boolean isHeapFull() {
        return heap >= FULL;
    }
}
