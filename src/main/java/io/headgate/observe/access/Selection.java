package io.headgate.observe.access;

import io.headgate.health.StatusRanges;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are written. Each condition that is set must hold; a line that has no such field does not meet
 * it.
 *
 * @param statuses null for all
 * @param slowerThan as long it must have taken at least; zero for all
 * @param reasons codes; empty for all
 * @param routes ids; empty for all
 * @param pools names; empty for all
 * @param sample share of the lines that are written, above 0 and up to 1. Lines with a reason, or with a
 *            status from 500, are always written
 */
public record Selection(@Nullable StatusRanges statuses, Duration slowerThan, Set<String> reasons,
        Set<String> routes, Set<String> pools, double sample) {

    public static final Selection ALL = new Selection(null, Duration.ZERO, Set.of(), Set.of(), Set.of(), 1);

    boolean isAll() {
        return equals(ALL);
    }

    boolean takes(Entry entry) {
        return (statuses == null || statuses.contain((int) entry.status))
                && (slowerThan.isZero() || entry.nanos >= slowerThan.toNanos())
                && isIn(reasons, entry.reason == null ? null : entry.reason.code())
                && isIn(routes, entry.route) && isIn(pools, entry.pool);
    }

    private static boolean isIn(Set<String> wanted, @Nullable String value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }
}
