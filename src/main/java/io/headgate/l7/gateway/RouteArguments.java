package io.headgate.l7.gateway;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.support.HasRouteId;

/** Arguments of a filter that has to know its route. Spring Cloud Gateway sets the route's id. */
public abstract class RouteArguments implements HasRouteId {

    private @Nullable String routeId;

    RouteArguments() {
    }

    @Override
    public final void setRouteId(String id) {
        routeId = id;
    }

    @Override
    public final @Nullable String getRouteId() {
        return routeId;
    }
}
