package io.headgate.config;

import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import java.util.List;

/**
 * Everything that is notified when something happens to a member, in the order of notification. It is
 * complete before the first pool is made, since that happens when the application starts and this is one of
 * its beans.
 */
record MemberListeners(Pools pools, List<PoolListener> listeners) {

    MemberListeners {
        listeners.forEach(pools::listen);
    }
}
