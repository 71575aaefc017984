package io.headgate.l7;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lane serves each route, and why.
 *
 * @param routes in route order
 */
public record Lanes(List<Entry> routes) {

    public Lanes {
        routes = List.copyOf(routes);
    }

    /**
     * A route's lane.
     *
     * @param reason why it is slow, null if it is fast
     * @param remedy what would make it fast, null if it is
     */
    public record Entry(String route, Lane lane, @Nullable String reason, @Nullable String remedy) {}
}
