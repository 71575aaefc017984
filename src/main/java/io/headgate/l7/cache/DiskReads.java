package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads stored answers from disk into memory, each once for all who want it. */
final class DiskReads implements AutoCloseable {

    /** For how long a request waits for one. A member answers sooner than a disk that takes longer. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(DiskReads.class);
    private static final int THREADS = 2;
    /** While so many are under way, the disk is too slow to be asked. */
    private static final int MOST = 256;

    private final Store store;
    private final Disk disk;
    private final ConcurrentMap<DiskEntry, DiskRead> underWay = new ConcurrentHashMap<>();
    private final ExecutorService readers = Executors.newFixedThreadPool(THREADS,
            Thread.ofPlatform().daemon().name("headgate-cache-read-", 0).factory());

    DiskReads(Store store, Disk disk) {
        this.store = store;
        this.disk = disk;
    }

    /** Null if there is none on disk, or the disk is too slow. */
    @Nullable
    DiskRead begin(CacheKey key, HttpHeaders request) {
        long generation = store.generation(key.url());
        DiskEntry entry = disk.find(key, request);
        if (entry == null || underWay.size() >= MOST) {
            return null;
        }
        entry.use();
        DiskRead mine = new DiskRead(entry, generation);
        DiskRead other = underWay.putIfAbsent(entry, mine);
        if (other != null) {
            return other;
        }
        try {
            readers.execute(() -> run(mine));
            return mine;
        } catch (RejectedExecutionException e) { // at the end of the process
            underWay.remove(entry, mine);
            return null;
        }
    }

    /** What has been read; null if that could not be, or is no longer good. */
    @Nullable
    StoredAnswer answer(DiskRead read) {
        return store.generation(read.entry().key().url()) == read.generation() ? read.answer() : null;
    }

    private void run(DiskRead read) {
        DiskEntry entry = read.entry();
        StoredAnswer answer = null;
        if (store.room().take(entry.length())) {
            try {
                answer = load(entry);
                if (answer == null) {
                    disk.discard(entry);
                } else {
                    store.keep(entry.key(), answer, read.generation());
                }
            } catch (ClosedChannelException e) {
                // its file has just gone
            } catch (IOException | RuntimeException e) {
                LOG.debug("reading a stored answer failed", e);
                disk.discard(entry);
            } finally {
                store.room().giveBack(entry.length());
            }
        }
        underWay.remove(entry, read);
        read.end(answer);
    }

    private @Nullable StoredAnswer load(DiskEntry entry) throws IOException {
        DiskFile.Head head = entry.file().head(entry.at());
        if (head == null || !entry.isFor(head.meta().key(), head.meta().vary())) {
            return null;
        }
        List<byte[]> pieces = entry.file().body(head.frame(), entry.at());
        return pieces == null
                ? null
                : head.meta().answer(new Body(pieces, head.frame().body(),
                        new EncodedBodies(store, entry.key())), entry.arrived());
    }

    @Override
    public void close() {
        readers.shutdown(); // an interrupt would close the files
    }
}
