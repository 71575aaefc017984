package io.headgate.l7.cache;

/**
 * On which terms an answer is stored, in seconds.
 *
 * @param lifetime for how long it is fresh
 * @param noCache whether it is never used without asking
 * @param mustRevalidate whether it is never used when it is stale
 * @param staleWhileRevalidate for how long it is used when stale, while it is fetched anew
 * @param staleIfError for how long it is used when stale, if it cannot be fetched
 */
record Terms(long lifetime, boolean noCache, boolean mustRevalidate, long staleWhileRevalidate,
        long staleIfError) {

    /** Whether each request has to ask, so that no request gains by waiting for another. */
    boolean alwaysAsks() {
        return noCache || lifetime <= 0;
    }
}
