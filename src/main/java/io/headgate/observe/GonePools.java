package io.headgate.observe;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Removes the meters of a pool with its last member: reloads would add to them for ever. A request that ends
 * just then makes its pool's meter once more, until the next pool goes.
 */
public final class GonePools implements PoolListener {

    private final List<Consumer<Set<String>>> meters;
    /** Those with members, whether they are configured or drain. */
    private final Set<Pool> inUse = ConcurrentHashMap.newKeySet();

    /** @param meters keep those of these pools, and remove all others */
    public GonePools(List<Consumer<Set<String>>> meters) {
        this.meters = List.copyOf(meters);
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        inUse.add(pool);
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        if (pool.members().isEmpty() && inUse.remove(pool)) {
            Set<String> names = inUse.stream().map(Pool::name).collect(Collectors.toSet());
            meters.forEach(kept -> kept.accept(names));
        }
    }
}
