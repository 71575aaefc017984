package io.headgate.l7.compress;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of all encoders of the process. It is held for as long as a client takes its answer, so that
 * many slow ones could use up any amount: answers that find no room are sent as they are.
 */
final class EncoderMemory {

    static final EncoderMemory PROCESS = new EncoderMemory(128L << 20);

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most bytes */
    EncoderMemory(long most) {
        this.most = most;
    }

    boolean take(int bytes) {
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(int bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
