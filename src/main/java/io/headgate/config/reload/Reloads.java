package io.headgate.config.reload;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Remembers how the last reload ended. */
public final class Reloads {

    private final InstantSource wall;
    private volatile @Nullable Last last;

    public Reloads(InstantSource wall) {
        this.wall = wall;
    }

    /** One reload. */
    public record Last(Instant at, ReloadResult result) {}

    /** Null when there was none. */
    public @Nullable Last last() {
        return last;
    }

    public void add(ReloadResult result) {
        last = new Last(wall.instant(), result);
    }
}
