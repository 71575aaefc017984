package io.headgate.l7.cache;

/**
 * What stored answers are found by, but for {@link Vary}.
 *
 * @param url host and target as the client sends them: what is purged and invalidated by
 * @param rest what else makes an answer another: the route, what its filters made of the target, what the
 *            route adds to the key
 */
record CacheKey(String url, String rest) {

    int weight() {
        return 2 * (url.length() + rest.length()) + 192; // and its place among those of its URL
    }
}
