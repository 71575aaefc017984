package io.headgate.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a member takes to answer: rises to a slow answer at once and falls from it slowly (the "peak EWMA"
 * of Twitter's Finagle: https://twitter.github.io/finagle/guide/Clients.html). While no answer comes it falls
 * towards nothing, so that a member that was slow once is tried again.
 *
 * <p>
 * The value and its time share one atomic word, as 32 bits each: nanoseconds as a float, and the time in
 * steps of about a millisecond, which may wrap.
 */
final class Latency {

    /** A falling value loses two thirds of the difference in this time, a rising one in a tenth of it. */
    private static final Duration DECAY = Duration.ofSeconds(10);
    private static final int RISE = 10;
    private static final float LEAST_WEIGHT = 1f / 64;

    /** A failure counts as an answer this slow, or else a member that fails fast would draw all traffic. */
    private static final float FAILURE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int STEP_BITS = 20;
    private static final double STEPS_IN_DECAY = (double) DECAY.toNanos() / (1 << STEP_BITS);
    /** No answer yet. Values are above 0, so that no other state has all bits 0. */
    private static final long UNKNOWN = 0;

    private final AtomicLong state = new AtomicLong(UNKNOWN);

    /** Takes over an answer's time. */
    void observe(long tookNanos, long now) {
        int step = (int) (now >>> STEP_BITS);
        float took = Math.max(tookNanos, 1);
        long before;
        long after;
        do {
            before = state.get();
            after = pack(before == UNKNOWN ? took : next(before, took, step), step);
        } while (!state.compareAndSet(before, after));
    }

    private static float next(long before, float took, int step) {
        float value = valueOf(before);
        float keep = Math.min(keep(before, step, took > value ? RISE : 1), 1 - LEAST_WEIGHT);
        return value * keep + took * (1 - keep);
    }

    /** Takes over a failure, which counts as a slow answer at once. */
    void failed(long now) {
        int step = (int) (now >>> STEP_BITS);
        state.updateAndGet(before -> pack(Math.max(valueOf(before), FAILURE_NANOS), step));
    }

    /** In nanoseconds; 0 when no answer has come yet. */
    float value(long now) {
        long current = state.get();
        return current == UNKNOWN ? 0 : valueOf(current) * keep(current, (int) (now >>> STEP_BITS), 1);
    }

    private static float keep(long state, int step, int speed) {
        int steps = Math.max(step - (int) state, 0);
        return steps == 0 ? 1 : (float) Math.exp(-steps * speed / STEPS_IN_DECAY);
    }

    private static float valueOf(long state) {
        return Float.intBitsToFloat((int) (state >>> 32));
    }

    private static long pack(float value, int step) {
        return ((long) Float.floatToRawIntBits(value) << 32) | (step & 0xffffffffL);
    }
}
