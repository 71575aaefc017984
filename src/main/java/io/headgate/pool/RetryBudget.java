package io.headgate.pool;

/**
 * How many requests of a pool may be repeated at once, as configured: whichever of the two is more.
 *
 * @param percent of the requests and connections in flight on the pool's members; 0 to 100
 * @param min however few are in flight; 0 or more
 */
public record RetryBudget(int percent, int min) {

    /**
     * As Envoy and Linkerd have it: a pool that fails gets a fifth more requests, and not several times as
     * many.
     */
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3);

    int limit(long inFlight) {
        return (int) Math.max(min, Math.min(Integer.MAX_VALUE, inFlight * percent / 100));
    }
}
