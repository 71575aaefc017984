package io.headgate.l7.cache;

import io.headgate.pool.Clock;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored answers on disk: a copy of each that is stored, for when it has left memory, or the process has
 * started again. Requests never wait for a write, and for a read ({@link DiskReads}) not for long. One thread
 * writes ({@link DiskFiles}). If it cannot, nothing of what lies there is used any more, and after a while it
 * begins anew with nothing.
 */
final class Disk implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    /** An answer that is of use for less is not worth the writing. */
    private static final Duration WORTH = Duration.ofSeconds(10);
    /** How long the end of the process, and an operator's purge, wait for what is still to be written. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Settings settings;
    private final Clock clock;
    private final DiskFiles.Limits limits;
    private final DiskIndex index = new DiskIndex();
    private final Missed missed = new Missed();
    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    /** Bytes of the answers that are still to be written. */
    private final AtomicLong queued = new AtomicLong();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile State state = State.LOADING;
    private volatile long length;
    /** Whether what lies there must not be used: that it is no longer good may not stand there. */
    private boolean outdated;
    private String trouble = "";

    /**
     * Where and how much.
     *
     * @param size bytes of the files
     * @param heap bytes of memory for what is known of them, and as much for what is still to be written
     * @param again how long it waits before it tries again to use a folder that could not be used
     */
    record Settings(Path path, long size, long heap, Duration again) {}

    /** What it does now. */
    enum State {
        /** It finds out what is there. */
        LOADING,
        /** It is used. */
        ON,
        /** It cannot be used, for now. */
        OFF
    }

    private interface Job {

        /** @param files null if there are none now */
        void run(@Nullable DiskFiles files) throws IOException;
    }

    Disk(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.limits = new DiskFiles.Limits(settings.size, settings.heap);
        Thread.ofPlatform().daemon().name("headgate-cache-disk").start(this::run);
    }

    // What is asked of it

    /** Null if it has none that can be used, or at least be asked for. */
    @Nullable
    DiskEntry find(CacheKey key, HttpHeaders request) {
        DiskEntry found = index.find(key, request);
        return found != null && found.isUseful(clock.ticker().nanoTime()) ? found : null;
    }

    /**
     * An answer has been stored.
     *
     * @param good whether it may still be used
     */
    void put(CacheKey key, StoredAnswer answer, BooleanSupplier good) {
        remove(key, answer.vary());
        long bytes = answer.weight();
        if (state == State.OFF || bytes > limits.ofFile()
                || answer.usefulFor(clock.ticker().nanoTime()) < WORTH.toNanos()) {
            return;
        }
        if (queued.addAndGet(bytes) > settings.heap) {
            queued.addAndGet(-bytes);
            skipped.increment();
            return;
        }
        jobs.add(files -> {
            try {
                if (files != null && good.getAsBoolean()) {
                    files.add(key, answer, good);
                }
            } finally {
                queued.addAndGet(-bytes);
            }
        });
    }

    /** It is no longer good: not after a restart either. */
    void remove(CacheKey key, Vary vary) {
        missed.add(key.url());
        kill(index.remove(key, vary));
    }

    /** The same for all answers of a URL. Returns those. */
    List<DiskEntry> remove(String url) {
        missed.add(url);
        return kill(index.remove(url));
    }

    /** The same for all of these. */
    List<DiskEntry> removeIf(Predicate<DiskEntry> which) {
        missed.add(which);
        return kill(index.removeIf(which));
    }

    /** It is not as it was written. */
    void discard(DiskEntry entry) {
        broken.increment();
        kill(index.remove(entry));
    }

    private List<DiskEntry> kill(List<DiskEntry> gone) {
        if (!gone.isEmpty()) {
            jobs.add(files -> {
                if (files != null) {
                    files.kill(gone);
                }
            });
        }
        return gone;
    }

    /** Waits until all of that is written, but not for long. */
    void sync() {
        if (state == State.ON) {
            CountDownLatch done = new CountDownLatch(1);
            jobs.add(files -> done.countDown());
            await(done, PATIENCE);
        }
    }

    private static boolean await(CountDownLatch done, Duration patience) {
        try {
            return done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    boolean isIdle() {
        return jobs.isEmpty() && queued.get() == 0;
    }

    State state() {
        return state;
    }

    long entries() {
        return index.count();
    }

    /** Bytes of the files. */
    long length() {
        return length;
    }

    long size() {
        return settings.size;
    }

    /** How many answers were not written, because too many were to be. */
    long skipped() {
        return skipped.sum();
    }

    /** How many answers were not as they had been written. */
    long broken() {
        return broken.sum();
    }

    // The thread that writes

    private void run() {
        boolean last;
        do {
            try (DiskFiles files = DiskFiles.open(settings.path, limits, index, clock)) {
                serve(files);
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
            last = await(closing, closing.getCount() == 0 ? Duration.ZERO : settings.again);
        } while (!last);
        closed.countDown();
    }

    private void serve(DiskFiles files) throws IOException {
        try {
            if (outdated) {
                files.clear();
            } else {
                files.load(missed);
            }
            outdated = true; // from now on nobody else knows what is no longer good
            missed.end();
            state = State.ON;
            length = files.length();
            LOG.info("headgate.cache.disk.path: {}: {} answers, {} bytes", settings.path, index.count(),
                    length);
            trouble = "";
            while (closing.getCount() > 0 || !jobs.isEmpty()) {
                jobs.take().run(files);
                length = files.length();
            }
            state = State.OFF;
            files.finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            index.clear();
            if (outdated) {
                state = State.OFF;
                files.clear(); // where even that cannot be done, it is before the folder is used again
            }
            throw e;
        }
    }

    private void failed(Exception why) {
        String text = why.toString();
        if (!text.equals(trouble)) {
            trouble = text;
            LOG.warn("headgate.cache.disk.path: {}: cannot be used: {}. The cache goes on without it; it is"
                    + " tried again every {} seconds.", settings.path, text, settings.again.toSeconds());
        }
        for (Job job = jobs.poll(); job != null; job = jobs.poll()) {
            try {
                job.run(null);
            } catch (IOException e) {
                throw new IllegalStateException(e); // there is nothing to write to
            }
        }
    }

    /** All that is still to be written is, unless that takes long. */
    @Override
    public void close() {
        closing.countDown();
        jobs.add(files -> {
            // wakes the thread
        });
        await(closed, PATIENCE);
    }
}
