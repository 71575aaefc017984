package io.headgate.l7.cache;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * What has become no longer good while it was not yet known what lies on disk: it is not used when it is
 * found there.
 */
final class Missed {

    private static final int MOST = 100_000;
    private static final int MOST_PURGES = 1000;

    private final Set<String> urls = ConcurrentHashMap.newKeySet();
    private final List<Predicate<DiskEntry>> purges = new CopyOnWriteArrayList<>();
    private volatile boolean all;
    private volatile boolean over;

    void add(String url) {
        if (!over) {
            if (urls.size() < MOST) {
                urls.add(url);
            } else {
                all = true;
            }
        }
    }

    void add(Predicate<DiskEntry> purge) {
        if (!over) {
            if (purges.size() < MOST_PURGES) {
                purges.add(purge);
            } else {
                all = true;
            }
        }
    }

    /** Whether it is too much to remember: then nothing of what is found is used. */
    boolean isAll() {
        return all;
    }

    boolean has(DiskEntry found) {
        return all || urls.contains(found.key().url())
                || purges.stream().anyMatch(purge -> purge.test(found));
    }

    /** All is known. */
    void end() {
        over = true;
        urls.clear();
        purges.clear();
    }
}
