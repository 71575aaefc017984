package io.headgate.pool;

import java.util.Optional;

/**
 * The same member for the same key, as long as it is there: {@link Maglev} over the hash that the pick
 * brings.
 *
 * @param balanceFactor the most that a member may have in flight, in percent of the pool's mean by weight; a
 *            key whose member has more goes to another. More than 100, or 0 for no bound.
 */
public record ConsistentHash(int balanceFactor) implements Algorithm {

    public ConsistentHash {
        if (balanceFactor != 0 && balanceFactor <= 100) {
            throw new IllegalArgumentException(
                    "hash-balance-factor: " + balanceFactor + " (expected: 0, or more than 100 percent)");
        }
    }

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        return members.size() == 0
                ? pick -> null
                : new HashedPick(members, new LoadBound(members, balanceFactor));
    }

    /**
     * A table only without a bound, and only if the key is the client's address: the kernel knows nothing
     * else.
     */
    @Override
    public Optional<Buckets> buckets(Snapshot members) {
        return balanceFactor == 0 ? Optional.of(Maglev.buckets(members)) : Optional.empty();
    }

    @Override
    public HashOn key(HashOn configured) {
        return configured;
    }
}
