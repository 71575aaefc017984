package io.headgate.pool;

import java.util.Set;

/**
 * Is notified of changes of members. Calls for one pool come one after another, while the pool is locked: a
 * listener must not block, and may call back into the pool.
 */
public interface PoolListener {

    default void memberAdded(Pool pool, Member member) {
    }

    /** The member has drained and is gone; no other call will follow for it. */
    default void memberRemoved(Pool pool, Member member) {
    }

    default void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
    }

    /** The pool has begun or ceased to give work to members whatever their health. */
    default void panicChanged(Pool pool, boolean panic) {
    }

    /**
     * Perhaps other members get new work from now on, or with other weights: {@link Pool#shares()} has them.
     * Slow start alone calls it twice a second.
     */
    default void sharesChanged(Pool pool) {
    }

    /**
     * The pool is not configured any more, and its last member is gone.
     *
     * @param left the names of the pools that are left; another may have this one's
     */
    default void poolGone(Pool pool, Set<String> left) {
    }

    /** What is open on the member must be closed now. */
    default void memberEvicted(Pool pool, Member member, Reason reason) {
    }
}
