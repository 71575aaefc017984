package io.headgate.pool;

import java.util.List;

/**
 * An algorithm written down as a table, for whoever picks outside this process and cannot ask a
 * {@link Balancer}: the kernel.
 *
 * @param draw how a new connection finds its bucket
 * @param owners for each bucket, the index in the {@link Snapshot} of the member that owns it; empty when
 *            there is no member
 */
public record Buckets(Draw draw, List<Integer> owners) {

    public Buckets {
        owners = List.copyOf(owners);
    }

    /** How a bucket is chosen. */
    public enum Draw {
        /** One after the other. */
        IN_TURN,
        /** Each with the same probability; the buckets of a member stand next to one another. */
        AT_RANDOM,
        /** By a hash of the client's address. */
        BY_SOURCE
    }
}
