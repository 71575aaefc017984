package io.headgate.config;

import io.headgate.l7.Lanes;
import io.headgate.observe.RequestMeters;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** Tells the meters which routes there are. */
final class RouteMeters implements ApplicationListener<RefreshRoutesResultEvent>, Ordered {

    private final RequestMeters meters;
    private final Supplier<Lanes> lanes;

    RouteMeters(RequestMeters meters, Supplier<Lanes> lanes) {
        this.meters = meters;
        this.lanes = lanes;
    }

    @Override
    public void onApplicationEvent(RefreshRoutesResultEvent event) {
        meters.keepRoutes(
                lanes.get().routes().stream().map(Lanes.Entry::route)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** After the routes have been compiled. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
