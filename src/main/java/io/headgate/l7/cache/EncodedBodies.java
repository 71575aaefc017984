package io.headgate.l7.cache;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored body as those get it who accept it encoded: it is encoded for the first of them, and kept beside
 * the body, for as long as that is.
 */
public final class EncodedBodies {

    /** More are not kept: a route has one level, and there are three codings. */
    private static final int MOST = 3;

    private final Store store;
    private final CacheKey key;
    private volatile List<Encoded> all = List.of();

    EncodedBodies(Store store, CacheKey key) {
        this.store = store;
        this.key = key;
    }

    private record Encoded(Object how, Body body) {}

    /** What was made in this way; null if nothing was. */
    public @Nullable Body find(Object how) {
        for (Encoded each : all) {
            if (each.how.equals(how)) {
                return each.body;
            }
        }
        return null;
    }

    /**
     * Keeps what is made of the body in this way. One that is larger than the body itself is not kept.
     *
     * @param length of the body
     */
    public Making begin(Object how, long length) {
        return new Making(how, new Recording(store.room(), length, -1));
    }

    /** The encoded body while it is made and sent. Has to be finished or abandoned. */
    public final class Making {

        private final Object how;
        private final Recording recording;
        private boolean good = true;

        private Making(Object how, Recording recording) {
            this.how = how;
            this.recording = recording;
        }

        /** Copies a part. */
        public void add(ByteBuf part) {
            good = good && recording.add(part) == Recording.Added.YES;
        }

        /** That was all of it. */
        public void finish() {
            Body made = good ? recording.finish(null) : null;
            if (made != null) {
                keep(new Encoded(how, made));
            }
            recording.giveBack();
        }

        /** The rest will not come. */
        public void abandon() {
            recording.giveBack();
        }
    }

    private synchronized void keep(Encoded made) {
        List<Encoded> next = new ArrayList<>(List.of(made));
        all.stream().filter(each -> !each.how.equals(made.how)).limit(MOST - 1).forEach(next::add);
        all = List.copyOf(next);
        store.reweigh(key);
    }

    long weight() {
        long weight = 64;
        for (Encoded each : all) {
            weight += 64 + each.body.weight();
        }
        return weight;
    }
}
