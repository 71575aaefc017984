package io.headgate.pool;

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
    public HashOn key(HashOn configured) {
        return HashOn.SOURCE;
    }
}
