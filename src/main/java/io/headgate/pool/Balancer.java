package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * Picks among the members of one {@link Snapshot}; thrown away when the snapshot changes. Called by many
 * threads at once, without a lock and without allocation.
 */
@FunctionalInterface
public interface Balancer {

    /** A member that the pick does not exclude, or null when there is none. */
    @Nullable
    Member pick(Pick pick);
}
