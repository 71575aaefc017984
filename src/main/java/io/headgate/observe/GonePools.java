package io.headgate.observe;

import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Removes the meters of pools that are gone: reloads would add to them for ever. A request that ends just
 * then makes its pool's meter once more, until the next pool goes.
 */
public final class GonePools implements PoolListener {

    private final List<Consumer<Set<String>>> meters;

    /** @param meters keep those of these pools, and remove all others */
    public GonePools(List<Consumer<Set<String>>> meters) {
        this.meters = List.copyOf(meters);
    }

    @Override
    public void poolGone(Pool pool, Set<String> left) {
        meters.forEach(kept -> kept.accept(left));
    }
}
