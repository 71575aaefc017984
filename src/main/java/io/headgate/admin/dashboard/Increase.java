package io.headgate.admin.dashboard;

/** How fast a count rises. */
final class Increase {

    private long before = -1;

    /** Per second since the last call; zero at the first, and when the count has begun anew. */
    double perSecond(long now, double seconds) {
        long increase = before < 0 ? 0 : Math.max(0, now - before);
        before = now;
        return seconds <= 0 ? 0 : increase / seconds;
    }
}
