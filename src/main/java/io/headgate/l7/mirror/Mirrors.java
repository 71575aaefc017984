package io.headgate.l7.mirror;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The counts of all pools that get copies; they stay over a reload. */
public final class Mirrors {

    private final Map<String, MirrorCounts> counts = new ConcurrentHashMap<>();
    private final BiConsumer<String, MirrorCounts> listener;

    /**
     * None yet.
     *
     * @param listener hears of each new pool, with its counts
     */
    public Mirrors(BiConsumer<String, MirrorCounts> listener) {
        this.listener = listener;
    }

    public MirrorCounts of(String pool) {
        return counts.computeIfAbsent(pool, any -> {
            MirrorCounts made = new MirrorCounts();
            listener.accept(any, made);
            return made;
        });
    }
}
