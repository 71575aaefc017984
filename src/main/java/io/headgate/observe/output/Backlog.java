package io.headgate.observe.output;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of things that a thread of its own writes. A producer never waits: what does not fit is dropped and
 * counted, and reported once there is room again.
 *
 * @param <T> what is written
 */
final class Backlog<T> {

    /** Writes one element; may block for any time. */
    @FunctionalInterface
    interface Sink<T> {

        void write(T item) throws Exception;
    }

    private record Item<T>(@Nullable T content, int weight) {}

    private static final long BETWEEN_NOTICES = TimeUnit.SECONDS.toNanos(5);

    private final Sink<T> sink;
    private final Drops drops;
    private final LongConsumer notice;
    private final long room;
    private final BlockingQueue<Item<T>> items = new LinkedBlockingQueue<>();
    private final AtomicLong held = new AtomicLong();
    private final Thread writer;
    private final Ticker ticker = Ticker.systemTicker();
    private volatile boolean ending;
    private volatile long written;
    private long told;
    private long lastNotice = ticker.nanoTime() - BETWEEN_NOTICES;

    /**
     * Starts with nothing.
     *
     * @param room how much may wait, in the unit of the weights
     * @param notice gets the number of dropped elements since the last notice, once elements flow again
     */
    Backlog(String thread, long room, Drops drops, Sink<T> sink, LongConsumer notice) {
        this.room = room;
        this.drops = drops;
        this.sink = sink;
        this.notice = notice;
        this.told = drops.count();
        this.writer = new Thread(this::run, thread);
        writer.setDaemon(true);
        writer.start();
    }

    /** Accepts it if no more than this part of the room is in use. */
    void offer(T content, int weight, double part) {
        if (held.addAndGet(weight) > room * part) {
            held.addAndGet(-weight);
            drops.add();
        } else {
            items.add(new Item<>(content, weight));
        }
    }

    private void run() {
        try {
            while (!ending || !items.isEmpty()) {
                Item<T> next = drops.count() == told ? items.take() : items.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    write(next);
                }
                tellDrops();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that, but then it is the end
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written only by this thread
    private void write(Item<T> item) {
        T content = item.content;
        try {
            if (content != null) {
                sink.write(content);
            }
        } catch (Throwable _) { // disk or memory is full: this thread must go on
            drops.add();
        } finally {
            if (content != null) {
                written++;
            }
            held.addAndGet(-item.weight);
        }
    }

    private void tellDrops() {
        long dropped = drops.count();
        long now = ticker.nanoTime();
        if (dropped != told && held.get() <= room / 2 && now - lastNotice >= BETWEEN_NOTICES) {
            lastNotice = now;
            try {
                notice.accept(dropped - told);
                told = dropped;
            } catch (Throwable _) {
                // such as no memory: the next notice reports them
            }
        }
    }

    /** Waits until all is written, or until it gets no further. What comes later may be lost. */
    void end() {
        ending = true;
        items.add(new Item<>(null, 0));
        LastLines.await(() -> !writer.isAlive(), () -> written);
    }

    /** Waits until all that is here now is written, or until it gets no further. */
    void flush() {
        LastLines.await(() -> held.get() <= 0, () -> written);
    }
}
