package io.headgate.l7.cache;

import io.headgate.pool.Clock;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes stored answers one after the other into files of one size. When there is no room for another file,
 * the oldest goes; what was asked for since it lies there is copied to the newest. Belongs to one thread.
 */
final class DiskFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskFiles.class);

    /** The size has so many. */
    private static final int PARTS = 16;
    /** Each start begins a new one, and each takes a file descriptor. */
    private static final int MOST = 4 * PARTS;
    /** How long nothing is written after the disk was full. */
    private static final Duration FULL = Duration.ofSeconds(10);
    private static final Body NONE = new Body(List.of(), 0, null);

    private final Path path;
    private final DiskFolder folder;
    private final Limits limits;
    private final DiskIndex index;
    private final Clock clock;
    /** What was written just now, and is no longer good. */
    private final List<DiskEntry> dead = new ArrayList<>();
    private @Nullable DiskFile current;
    private long fullUntil;
    private boolean full;

    /**
     * What may be taken.
     *
     * @param size bytes of all files
     * @param heap bytes of the index
     */
    record Limits(long size, long heap) {

        /** Bytes of one file. */
        long ofFile() {
            return size / PARTS;
        }
    }

    private DiskFiles(Path path, DiskFolder folder, Limits limits, DiskIndex index, Clock clock) {
        this.path = path;
        this.folder = folder;
        this.limits = limits;
        this.index = index;
        this.clock = clock;
    }

    static DiskFiles open(Path path, Limits limits, DiskIndex index, Clock clock) throws IOException {
        return new DiskFiles(path, DiskFolder.open(path), limits, index, clock);
    }

    private long now() {
        return clock.ticker().nanoTime();
    }

    /** Finds out what is there. */
    void load(Missed missed) throws IOException {
        for (DiskFile file : folder.files()) {
            if (missed.isAll()) {
                index.clear();
                folder.clear();
                return;
            }
            if (!load(file, missed)) {
                folder.delete(file);
            }
        }
        makeRoom();
    }

    private boolean load(DiskFile file, Missed missed) throws IOException {
        boolean any = false;
        DiskFile.Head head = file.head(0);
        for (long at = 0; head != null; head = file.head(at)) {
            long age = clock.wall().millis() - head.meta().received();
            if (head.frame().live() && age >= 0) { // else the clock was changed, and nothing is known of its
                                                   // age
                long arrived = now() - TimeUnit.MILLISECONDS.toNanos(age);
                DiskEntry entry = DiskEntry.of(head.meta().key(), head.meta().answer(NONE, arrived), now(),
                        file, at, head.frame().length());
                if (entry.isUseful(now())) {
                    kill(index.add(entry, () -> !missed.has(entry)));
                    any = true;
                }
            }
            at += head.frame().length();
        }
        return any;
    }

    /** Deletes all that is there. */
    void clear() throws IOException {
        current = null;
        folder.clear();
    }

    /** @param good whether it may still be used */
    void add(CacheKey key, StoredAnswer answer, BooleanSupplier good) throws IOException {
        long now = now();
        if (full && fullUntil - now > 0) {
            return;
        }
        long received = clock.wall().millis()
                - TimeUnit.NANOSECONDS.toMillis(now - answer.freshness().received());
        DiskFormat.Encoded bytes = DiskFormat.encode(key, answer, received);
        if (bytes.length() > limits.ofFile()) {
            return;
        }
        try {
            DiskFile file = roomFor(bytes.length());
            long at = file.append(bytes);
            full = false;
            dead.addAll(index.add(DiskEntry.of(key, answer, now, file, at, bytes.length()), good));
        } catch (IOException e) {
            notWritten(e);
        }
        kill(dead);
        dead.clear();
    }

    /** What lies there can be used all the same, as long as it can be noted what is no longer good. */
    private void notWritten(IOException why) throws IOException {
        DiskFile file = current;
        current = null;
        if (file != null && file.length() == 0) {
            folder.delete(file);
        }
        if (!Files.isDirectory(path)) {
            throw why;
        }
        if (!full) {
            LOG.warn(
                    "headgate.cache.disk.path: {}: nothing can be written: {}. It is tried again from time to"
                            + " time.",
                    path, why.toString());
        }
        full = true;
        fullUntil = now() + FULL.toNanos();
    }

    private DiskFile roomFor(long bytes) throws IOException {
        DiskFile file = current;
        if (file == null || file.length() + bytes > limits.ofFile() || index.weight() > limits.heap()) {
            file = folder.next();
            current = file;
            makeRoom();
        }
        return file.length() + bytes > limits.ofFile() ? roomFor(bytes) : file;
    }

    /** For a file, and for what the oldest leaves. */
    private void makeRoom() throws IOException {
        DiskFile oldest = folder.oldest();
        while (oldest != null && oldest != current && isTooMuch()) {
            drop(oldest);
            oldest = folder.oldest();
        }
    }

    private boolean isTooMuch() {
        return folder.length() + 2 * limits.ofFile() > limits.size() || folder.count() > MOST
                || index.weight() > limits.heap();
    }

    private void drop(DiskFile oldest) throws IOException {
        for (DiskEntry entry : index.in(oldest)) {
            if (!moves(entry)) {
                index.remove(entry);
            }
        }
        folder.delete(oldest);
    }

    /** Half of a file at most, so that there is room for others. */
    private boolean moves(DiskEntry entry) throws IOException {
        DiskFile to = current;
        if (to == null || !entry.isUsed() || !entry.isUseful(now())
                || to.length() + entry.length() > limits.ofFile() / 2) {
            return false;
        }
        DiskEntry moved = entry.movedTo(to, to.append(entry));
        boolean good = index.replace(entry, moved);
        if (!good) {
            dead.add(moved);
        }
        return good;
    }

    /** These are no longer good. */
    void kill(List<DiskEntry> entries) throws IOException {
        for (DiskEntry entry : entries) {
            try {
                entry.file().kill(entry.at());
            } catch (ClosedChannelException e) {
                // its file has gone
            }
        }
    }

    /** Bytes of all files. */
    long length() {
        return folder.length();
    }

    void finish() throws IOException {
        folder.finish();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
