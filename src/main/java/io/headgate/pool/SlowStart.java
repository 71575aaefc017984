package io.headgate.pool;

import java.time.Duration;

/**
 * Raises the weight of a member that has just come up from a tenth to its whole, in a straight line over the
 * pool's slow-start.
 */
final class SlowStart {

    /**
     * Weights are multiplied by this while any member of the pool is starting, so that small ones can be
     * divided.
     */
    static final int SCALE = 20;

    private static final double FIRST_SHARE = 0.1;

    private SlowStart() {
    }

    static boolean isStarting(Member member, long now, Duration slowStart) {
        return !slowStart.isZero() && member.availability() == Availability.UP
                && now - member.upSince() < slowStart.toNanos() + Duration.ofSeconds(2).toNanos();
    }

    /** The member's share of its weight in parts of {@link #SCALE}, at least 1. */
    static int share(Member member, long now, Duration slowStart) {
        long up = now - member.upSince();
        if (up >= slowStart.toNanos()) {
            return SCALE;
        }
        double done = (double) up / slowStart.toNanos();
        return Math.max(1, (int) (SCALE * (FIRST_SHARE + (1 - FIRST_SHARE) * done)));
    }
}
