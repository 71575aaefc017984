package io.headgate.health;

import io.headgate.pool.RandomSource;
import java.time.Duration;

/**
 * When the next check is due. Members that are added together would otherwise be checked together for ever.
 * So their second check comes after a random part of the interval, and each later one up to a tenth sooner or
 * later than the interval says. Checks never come in large bursts. But those that are due within some
 * milliseconds start together, so that the event loop wakes up once for all of them: waking up costs as much
 * as a check.
 */
record Rhythm(RandomSource random) {

    private static final int STEPS = 1000;
    private static final long TOGETHER = 100_000_000;

    /** From a tenth of the interval to the whole. */
    Duration spread(Duration interval) {
        return share(interval, 0.1, 1.0);
    }

    /** The interval, give or take a tenth. */
    Duration jittered(Duration interval) {
        return share(interval, 0.9, 1.1);
    }

    /** How long to wait from now, so that others which are due at about the same time start together. */
    static Duration together(Duration delay, long now) {
        long step = Math.max(1, Math.min(TOGETHER, delay.toNanos() / 20));
        return Duration.ofNanos(delay.toNanos() - Math.floorMod(now + delay.toNanos(), step));
    }

    private Duration share(Duration interval, double least, double most) {
        double share = least + (most - least) * random.below(STEPS + 1) / STEPS;
        return Duration.ofNanos((long) (interval.toNanos() * share));
    }
}
