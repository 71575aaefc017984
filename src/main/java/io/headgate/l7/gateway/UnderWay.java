package io.headgate.l7.gateway;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Reason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All that the slow lane has open on members now: ended where nothing may be open any more. */
public final class UnderWay implements PoolListener {

    private final Set<Stay> stays = ConcurrentHashMap.newKeySet();

    void add(Stay stay) {
        stays.add(stay);
    }

    void remove(Stay stay) {
        stays.remove(stay);
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        for (Stay stay : stays) {
            if (stay.member() == member) {
                stay.evict(reason);
            }
        }
    }
}
