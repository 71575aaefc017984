package io.headgate.l7.cache;

/**
 * What makes a route a cached one.
 *
 * @param cache where answers are stored
 * @param rules which ones, and for how long
 */
public record Caching(ResponseCache cache, CacheRules rules) {

    /** For one request. */
    public CacheTurn turn() {
        return new CacheTurn(cache, rules);
    }
}
