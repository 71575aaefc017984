package io.headgate.l7.fast;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something with a deadline. Belongs to one event loop. */
abstract class Timed {

    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    private @Nullable Timed previous;
    private @Nullable Timed next;
    private long deadline = NEVER;

    /** In the worker's time; {@link #NEVER} for none. */
    final void deadline(long nanos) {
        deadline = nanos;
    }

    /** The deadline has passed; it is cleared. */
    abstract void expired();

    /**
     * All that are watched on one event loop. Setting or moving a deadline is one assignment; in exchange
     * each sweep looks at every entry, a few nanoseconds for each. (A timer for each request would cost two
     * insertions into an ordered queue, and nearly all of them are cancelled.)
     */
    static final class Watch {

        private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

        private final Timed head = new Timed() {

            @Override
            void expired() {
                throw new IllegalStateException("the list's head has no deadline");
            }
        };

        Watch() {
            head.previous = head;
            head.next = head;
        }

        void add(Timed timed) {
            Timed first = head.next;
            timed.previous = head;
            timed.next = first;
            head.next = timed;
            if (first != null) {
                first.previous = timed;
            }
        }

        void remove(Timed timed) {
            Timed before = timed.previous;
            Timed after = timed.next;
            if (before != null && after != null) {
                before.next = after;
                after.previous = before;
                timed.previous = null;
                timed.next = null;
            }
        }

        /** One that fails must not hold up the others. */
        private static void expire(Timed timed) {
            try {
                timed.expired();
            } catch (RuntimeException | Error e) {
                LOG.error("Ending what is overdue failed", e);
            }
        }

        /** Expires what is due. Entries may be removed on the way, the one that expires included. */
        @SuppressWarnings("ReferenceEquality")
        void sweep(long now) {
            Timed timed = head.next;
            while (timed != null && timed != head) {
                Timed following = timed.next;
                if (timed.deadline != NEVER && now - timed.deadline >= 0) {
                    timed.deadline = NEVER;
                    expire(timed);
                    if (following != null && following.next == null) {
                        return; // it went too; the next sweep sees the rest
                    }
                }
                timed = following;
            }
        }
    }
}
