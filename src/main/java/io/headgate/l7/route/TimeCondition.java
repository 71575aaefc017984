package io.headgate.l7.route;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The time is strictly between two instants.
 *
 * @param after null for no beginning
 * @param before null for no end
 */
public record TimeCondition(@Nullable Instant after, @Nullable Instant before, InstantSource wall)
        implements
            Condition {

    @Override
    public boolean matches(RequestView request) {
        Instant now = wall.instant();
        return (after == null || now.isAfter(after)) && (before == null || now.isBefore(before));
    }

    @Override
    public String asks() {
        return "time" + (after == null ? "" : " after " + after)
                + (before == null ? "" : " before " + before);
    }

    @Override
    public String sees(RequestView request) {
        return wall.instant().toString();
    }
}
