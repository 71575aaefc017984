package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A member's way back after real traffic has failed on it: until that is decided, no more than so many
 * requests or connections may be under way on it that it has not answered. One that hangs holds up these and
 * no others. What comes to an end, or is answered, gives its place to the next. Which of them it was is not
 * kept: the end of one that hangs may be taken for that of one that was answered, until that one ends.
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

    /** What has a place is answered, which gives the place back. */
    void prove() {
        if (take(unanswered)) {
            answered.incrementAndGet();
        }
    }

    /** What had a place is at its end; the place of one that was answered has been given back. */
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
