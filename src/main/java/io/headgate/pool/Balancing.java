package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * How a pool picks members for its work.
 *
 * @param algorithm how a member is picked
 * @param hashOn what a hashing algorithm balances on
 * @param zones which zone is preferred, null for none
 * @param panicThreshold health is ignored if less than this share of members can take work, in percent; 0 for
 *            never
 */
public record Balancing(Algorithm algorithm, HashOn hashOn, @Nullable ZonePreference zones,
        int panicThreshold) {

    /** What its algorithm hashes; null when it does not hash. */
    public @Nullable HashOn key() {
        return algorithm.key(hashOn);
    }
}
