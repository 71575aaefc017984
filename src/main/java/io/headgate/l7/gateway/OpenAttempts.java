package io.headgate.l7.gateway;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Reason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The slow lane's open attempts; those on a member that is evicted are ended. */
public final class OpenAttempts implements PoolListener {

    private final Set<SlowAttempt> open = ConcurrentHashMap.newKeySet();

    void add(SlowAttempt tried) {
        open.add(tried);
    }

    void remove(SlowAttempt tried) {
        open.remove(tried);
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        for (SlowAttempt tried : open) {
            if (tried.member() == member) {
                tried.evict(reason);
            }
        }
    }
}
