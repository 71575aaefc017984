package io.headgate.l7.limit;

/**
 * A limit, as configured. Filters with the same limit share its counts.
 *
 * @param name the limit's own, or the route's
 * @param rate how many requests there may be over time
 * @param burst how many at once, at least 1
 * @param key what is counted apart
 * @param shared whether replicas count together
 */
public record LimitSpec(String name, Rate rate, long burst, LimitKey key, boolean shared) {

    /** Its name among those of other processes. */
    String id() {
        return name + ' ' + policy() + ' ' + key + (shared ? " shared" : "");
    }

    /** As clients are told: so many in so many seconds. */
    String policy() {
        return rate.requests() + ";w=" + rate.per().toSeconds() + ";burst=" + burst;
    }
}
