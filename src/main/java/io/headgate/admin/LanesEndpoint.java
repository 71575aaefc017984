package io.headgate.admin;

import io.headgate.l7.Lanes;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code GET /actuator/lanes}: which lane serves each route, and what would make a slow one fast. */
@Endpoint(id = "lanes")
final class LanesEndpoint {

    private final Supplier<Lanes> lanes;

    LanesEndpoint(Supplier<Lanes> lanes) {
        this.lanes = lanes;
    }

    /** All routes, in route order. */
    record View(List<RouteView> routes) {}

    /** One route. */
    record RouteView(String route, String lane, @Nullable String reason, @Nullable String remedy) {}

    @ReadOperation
    View lanes() {
        return new View(lanes.get().routes().stream().map(entry -> new RouteView(entry.route(),
                entry.lane().name().toLowerCase(Locale.ROOT), entry.reason(), entry.remedy())).toList());
    }
}
