package io.headgate.l7.compress;

import io.headgate.net.Memory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The memory of all encoders of the process. It is held for as long as a client takes its answer, so that
 * many slow ones could use up any amount: answers that find no room are sent as they are. So are all while
 * memory is short: buffers need it more.
 */
final class EncoderMemory {

    static final EncoderMemory PROCESS = new EncoderMemory(Math.min(128L << 20, Memory.PROCESS.limit() / 4),
            Memory.PROCESS::isShort);

    private final long most;
    private final BooleanSupplier isShort;
    private final AtomicLong taken = new AtomicLong();

    /**
     * With nothing taken.
     *
     * @param most bytes
     * @param isShort whether so little memory is left that no more is to be taken
     */
    EncoderMemory(long most, BooleanSupplier isShort) {
        this.most = most;
        this.isShort = isShort;
    }

    boolean take(int bytes) {
        if (isShort.getAsBoolean()) {
            return false;
        }
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
