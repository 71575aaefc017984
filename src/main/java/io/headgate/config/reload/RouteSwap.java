package io.headgate.config.reload;

import io.headgate.config.plan.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Gives Spring Cloud Gateway other routes: its locator reads them from its properties on each refresh, and
 * reports when it has.
 */
public final class RouteSwap implements ApplicationListener<RefreshRoutesResultEvent>, Ordered {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final GatewayProperties properties;
    private final ApplicationEventPublisher events;
    private volatile CompletableFuture<RefreshRoutesResultEvent> awaited = new CompletableFuture<>();

    public RouteSwap(GatewayProperties properties, Routes first, ApplicationEventPublisher events) {
        this.properties = properties;
        this.events = events;
        properties.setRoutes(new ArrayList<>(first.definitions()));
    }

    /**
     * Returns when requests use the new routes.
     *
     * @throws IllegalStateException when they cannot be made; then the old ones are back
     */
    void to(Routes next) {
        Routes before = new Routes(properties.getRoutes(), properties.getDefaultFilters());
        Throwable trouble = refresh(next);
        if (trouble != null) {
            refresh(before);
            throw new IllegalStateException("the routes cannot be made: " + trouble.getMessage(), trouble);
        }
    }

    private @Nullable Throwable refresh(Routes routes) {
        properties.setRoutes(new ArrayList<>(routes.definitions()));
        properties.setDefaultFilters(new ArrayList<>(routes.defaultFilters()));
        CompletableFuture<RefreshRoutesResultEvent> result = new CompletableFuture<>();
        awaited = result;
        events.publishEvent(new RefreshRoutesEvent(this));
        try {
            RefreshRoutesResultEvent event = result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return event.isSuccess() ? null : event.getThrowable();
        } catch (ExecutionException | TimeoutException e) {
            return e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    @Override
    public void onApplicationEvent(RefreshRoutesResultEvent event) {
        awaited.complete(event);
    }

    /** After the listeners that derive something from the new routes. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
