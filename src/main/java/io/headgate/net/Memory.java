package io.headgate.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Ticker;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How much memory there is for what Headgate holds for clients and members, and how much each of them may
 * use. The limits are the process's, so there is one of these: {@link #PROCESS}.
 *
 * <p>
 * Buffers for sockets lie outside the heap. A connection may hold a fixed share of the free part of that
 * memory. The more is taken, the smaller is the share of each later connection, and the rest shrinks ever
 * more slowly. (If each of n connections takes a share of s, {@code (1 - s)^n} of the memory is left.) So ten
 * thousand clients that do not read use up less than there is, and clients that read are served, in smaller
 * pieces. If next to nothing is left all the same, no more work is accepted.
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
    /** No more waits for a channel, however much there is: Netty's own high water mark. */
    private static final int WRITABLE = 64 * 1024;
    /** The water marks of a channel, by the number of the bit that is its share. */
    private static final WriteBufferWaterMark[] MARKS = IntStream.rangeClosed(0, 16)
            .mapToObj(bit -> new WriteBufferWaterMark(1 << bit >> 1, 1 << bit))
            .toArray(WriteBufferWaterMark[]::new);
    /** A share is one of so many of what is free. */
    private static final int SHARES = 4096;
    /** Of the memory for buffers, one of so many parts is left for what cannot be refused. */
    private static final int RESERVE = 16;
    /** A stream of HTTP/2: what it may hold at the least, and as much of the heap again. */
    private static final int STREAM = 16 * 1024;
    /** Percent of the heap that are in use after a collection. */
    private static final int FULL = 85;
    private static final int VERY_FULL = 92;
    private static final int GONE = 97;

    private final long limit;
    private final LongSupplier used;
    private final HeapUse heap;
    private final Runnable giveBack;
    private volatile int share = MOST;
    private volatile boolean spent;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * With a full share for everybody.
     *
     * @param limit bytes that there are for buffers
     * @param used bytes that are taken
     * @param giveBack makes the allocator free what it keeps without need
     */
    Memory(long limit, LongSupplier used, HeapUse heap, Runnable giveBack) {
        this.limit = limit;
        this.used = used;
        this.heap = heap;
        this.giveBack = giveBack;
    }

    private static Memory ofProcess() {
        BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findAny().orElseThrow();
        // Netty counts what it takes past the JDK, where it does
        return new Memory(PlatformDependent.estimateMaxDirectMemory(),
                () -> Math.max(buffers.getMemoryUsed(), PlatformDependent.usedDirectMemory()),
                HeapUse.ofProcess(FULL, Ticker.systemTicker()),
                AllocatorReserve.isKept()
                        ? () -> AllocatorReserve.giveBack(ByteBufAllocator.DEFAULT)
                        : () -> {
                        });
    }

    /** So many percent of the heap are in use after a collection. */
    void heap(int percent) {
        heap.read(percent);
    }

    /** Percent of the heap that were in use after the last collection. */
    public int heap() {
        return heap.percent();
    }

    /** From so many percent of the heap on, something is refused. */
    public void refusedFrom(int percent) {
        heap.refusedFrom(percent);
    }

    /** Bytes that there are for buffers: -XX:MaxDirectMemorySize, or else what the heap may have. */
    public long limit() {
        return limit;
    }

    /** How many of these bytes are taken; includes the little that the allocator keeps. */
    public long used() {
        return used.getAsLong();
    }

    /**
     * Looks at what is free, as long as nothing is read, too, and finds out whether what was taken once still
     * is. To be called about once a second.
     */
    void tend() {
        if (used.getAsLong() > limit / 2) {
            giveBack.run();
        }
        look();
        heap.age();
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

    /** How many bytes may be read at once if this many could come. */
    public int read(int wanted) {
        if (wanted <= LEAST) {
            return wanted;
        }
        look();
        return Math.min(wanted, share);
    }

    /** How many bytes may wait for a peer. */
    public int share() {
        return share;
    }

    /**
     * Whether more may be read for a channel's peer. Its water marks are set to its share, so that the
     * channel itself says when no more may wait for it and when there is room again, as it does with plenty
     * of memory.
     */
    public boolean isWritable(Channel channel) {
        int most = Math.min(share, WRITABLE);
        ChannelConfig config = channel.config();
        if (config.getWriteBufferHighWaterMark() != most) {
            config.setWriteBufferWaterMark(MARKS[Integer.numberOfTrailingZeros(most)]);
        }
        return channel.isWritable();
    }

    /** Whether so little is left that peers are given up that hold buffers without accepting data. */
    public boolean isShort() {
        return share <= LEAST;
    }

    /** Whether there is not enough left to take more work. */
    public boolean isSpent() {
        return spent || heap.percent() >= VERY_FULL;
    }

    /** Whether the heap has no room for another connection, or for more of a request's head. */
    public boolean isHeapGone() {
        return heap.percent() >= GONE;
    }

    /** A stream of HTTP/2 has begun. A connection may have a hundred of them. */
    public void streamBegan() {
        streams.incrementAndGet();
    }

    /** A stream that had begun has ended. */
    public void streamEnded() {
        streams.decrementAndGet();
    }

    /**
     * Whether so many streams are open that memory would not suffice if nobody read what they are answered.
     * Those that have just begun cannot be seen in what is used.
     */
    public boolean hasTooManyStreams() {
        return (long) streams.get() * STREAM > limit;
    }

    /** Whether the heap has no room for what is large there. */
    public boolean isHeapFull() {
        return heap.percent() >= FULL;
    }
}
