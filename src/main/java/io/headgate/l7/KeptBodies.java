package io.headgate.l7;

import io.headgate.pool.Reason;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory for bodies of requests that are kept: those that a filter reads or repeats, and those
 * that Reactor Netty's client collects before it sends them. Each request may keep a little, and all of them
 * together no more than there is memory for.
 */
public final class KeptBodies {

    /** What a part takes at least, whatever is in it. */
    private static final long OBJECT = 256;

    private final long each;
    private final long all;
    private final AtomicLong now = new AtomicLong();

    /**
     * Nothing is kept yet.
     *
     * @param each bytes for one request, negative for no limit of its own
     * @param all bytes for all of them
     */
    public KeptBodies(long each, long all) {
        this.each = each;
        this.all = all;
    }

    /** Room for some bytes more of a request that keeps so many: null, or why there is none. */
    private @Nullable Reason take(long more, long before) {
        if (each >= 0 && before + more > each) {
            return Reason.BODY_TOO_LARGE;
        }
        if (now.addAndGet(more) > all) {
            now.addAndGet(-more);
            return Reason.MEMORY_SHORT;
        }
        return null;
    }

    /** Bytes that are kept now. */
    public long now() {
        return now.get();
    }

    /** What one request keeps. */
    public final class Share {

        private long taken;
        /** Of that, what has not come yet. */
        private long due;
        /** What the objects around the bytes take: no part of what one request may keep. */
        private long around;
        private boolean over;

        /** Takes room for a body whose length is known, negative if it is not; false where there is none. */
        public synchronized boolean takeAll(long length) {
            if (over || length < 0 || take(length, taken) != null) {
                return false;
            }
            taken += length;
            due += length;
            return true;
        }

        /** Null where so many bytes more may be kept, or why they may not. */
        public synchronized @Nullable Reason keep(long bytes) {
            long expected = Math.min(due, bytes);
            Reason none = over ? Reason.CLIENT_GONE : take(bytes - expected, taken);
            if (none == null) {
                due -= expected;
                taken += bytes - expected;
            }
            return none;
        }

        /**
         * The same for a part that is an object of its own. A body may come byte by byte, and each object
         * takes a hundred times its byte.
         */
        public synchronized @Nullable Reason keepPart(long bytes) {
            Reason none = keep(bytes);
            long more = Math.max(0, OBJECT - bytes);
            if (none == null && more > 0) {
                if (now.addAndGet(more) > all) {
                    now.addAndGet(-more);
                    return Reason.MEMORY_SHORT;
                }
                around += more;
            }
            return none;
        }

        /** The request is over: nothing is kept of it any more. */
        public synchronized void giveBack() {
            over = true;
            now.addAndGet(-taken - around);
            taken = 0;
            around = 0;
        }
    }
}
