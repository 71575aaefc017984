package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A member's way back after real traffic has failed on it: until that is decided, only a limited number of
 * requests or connections may be open on it without an answer. A member that hangs holds up only these. One
 * that ends, or is answered, makes room for the next. Which one it was is not recorded: the end of one that
 * hangs may count as that of an answered one, until that one ends.
 */
final class Trial {

    private final AtomicInteger unanswered = new AtomicInteger();
    /** Answered, and not at their end yet. */
    private final AtomicInteger answered = new AtomicInteger();
    private volatile int permitted;

    boolean isOn() {
        return permitted != 0;
    }

    boolean isFull() {
        int most = permitted;
        return most != 0 && unanswered.get() >= most;
    }

    /** Takes a place. */
    boolean enter() {
        int most = permitted;
        int now;
        do {
            now = unanswered.get();
            if (most != 0 && now >= most) {
                return false;
            }
        } while (!unanswered.compareAndSet(now, now + 1));
        return true;
    }

    /** A request with a place is answered, which releases the place. */
    void prove() {
        if (take(unanswered)) {
            answered.incrementAndGet();
        }
    }

    /** A request that had a place has ended; the place of an answered one was released before. */
    void leave() {
        if (!take(answered)) {
            take(unanswered);
        }
    }

    private static boolean take(AtomicInteger from) {
        int now;
        do {
            now = from.get();
        } while (now > 0 && !from.compareAndSet(now, now - 1));
        return now > 0;
    }

    void begin(int most) {
        unanswered.set(0);
        answered.set(0);
        permitted = most;
    }

    void end() {
        permitted = 0;
    }
}
