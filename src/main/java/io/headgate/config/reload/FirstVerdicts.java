package io.headgate.config.reload;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Pools;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits until the members of pools have had their first verdict: before that, they get no work. */
public final class FirstVerdicts implements PoolListener {

    private record Wait(Collection<Pool> pools, CompletableFuture<@Nullable Void> done) {

        void look() {
            if (pools.stream().allMatch(Pool::settled)) {
                done.complete(null);
            }
        }
    }

    private final Pools pools;
    private volatile @Nullable Wait waiting;

    public FirstVerdicts(Pools pools) {
        this.pools = pools;
    }

    /** One thread at a time. Goes on when the limit has passed: members may be hard to reach. */
    void await(Duration limit) throws InterruptedException {
        Wait wait = new Wait(pools.all(), new CompletableFuture<>());
        waiting = wait;
        try {
            wait.look();
            wait.done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting = null;
        }
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        Wait wait = waiting;
        if (wait != null) {
            wait.look();
        }
    }
}
