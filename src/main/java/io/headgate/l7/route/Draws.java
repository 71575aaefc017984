package io.headgate.l7.route;

import io.headgate.pool.RandomSource;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** What was drawn for one request, so that all routes of a weight group see the same. */
final class Draws {

    private final RandomSource random;
    private @Nullable IdentityHashMap<WeightGroup, String> drawn;

    Draws(RandomSource random) {
        this.random = random;
    }

    String of(WeightGroup group) {
        IdentityHashMap<WeightGroup, String> known = drawn;
        if (known == null) {
            known = new IdentityHashMap<>(2);
            drawn = known;
        }
        return known.computeIfAbsent(group, g -> g.draw(random));
    }
}
