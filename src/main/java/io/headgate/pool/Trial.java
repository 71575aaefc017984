package io.headgate.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A member's way back after real traffic has failed on it: until that is decided, no more than so many
 * requests or connections may be under way on it that it has not answered. One that hangs holds up these and
 * no others. What comes to an end, or is answered, gives its place to the next; where a place is given back
 * twice, one more gets in, and none is ever lost.
 */
final class Trial {

    private final AtomicInteger unanswered = new AtomicInteger();
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

    /** Gives a place back. */
    void leave() {
        int now;
        do {
            now = unanswered.get();
        } while (now > 0 && !unanswered.compareAndSet(now, now - 1));
    }

    void begin(int most) {
        unanswered.set(0);
        permitted = most;
    }

    void end() {
        permitted = 0;
    }
}
