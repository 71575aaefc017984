package io.headgate.l7.gateway;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Reason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The slow lane's requests of now: those on a member on which nothing may stay open are ended. */
public final class UnderWay implements PoolListener {

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();

    void begun(Call call) {
        calls.add(call);
    }

    void over(Call call) {
        calls.remove(call);
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        for (Call call : calls) {
            if (call.held() == member) {
                call.loop().execute(() -> call.evict(member, reason));
            }
        }
    }
}
