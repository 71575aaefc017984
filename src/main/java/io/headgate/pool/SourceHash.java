package io.headgate.pool;

import java.util.Optional;

/**
 * The same member for the same client address, as long as it is there: {@link Maglev} over the hash that the
 * pick brings.
 */
public record SourceHash() implements Algorithm {

    @Override
    public Balancer over(Snapshot members, RandomSource random) {
        return members.size() == 0 ? pick -> null : new HashedPick(members, new LoadBound(members, 0));
    }

    @Override
    public Optional<Buckets> buckets(Snapshot members) {
        return Optional.of(Maglev.buckets(members));
    }

    @Override
    public HashOn key(HashOn configured) {
        return HashOn.SOURCE;
    }
}
