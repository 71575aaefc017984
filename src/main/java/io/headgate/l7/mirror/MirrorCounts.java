package io.headgate.l7.mirror;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of the copies for one pool.
 *
 * @param answered had an answer, whatever its status
 * @param failed had none
 * @param dropped were not made, because as many were under way as may be
 * @param skipped were not made, because the body is too large, of unknown length, or there is no memory to
 *            keep it
 * @param now are under way
 */
public record MirrorCounts(LongAdder answered, LongAdder failed, LongAdder dropped, LongAdder skipped,
        AtomicInteger now) {

    MirrorCounts() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new AtomicInteger());
    }

    /** Takes a place among those under way; false if there is none. */
    public boolean begin(int most) {
        if (now.incrementAndGet() <= most) {
            return true;
        }
        now.decrementAndGet();
        dropped.increment();
        return false;
    }
}
