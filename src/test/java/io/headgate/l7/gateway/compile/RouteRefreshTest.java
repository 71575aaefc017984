package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.route.RouteTable;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.validation.Validator;
import reactor.core.publisher.Flux;

class RouteRefreshTest {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final AtomicReference<Flux<Route>> routes = new AtomicReference<>(Flux.empty());
    private final List<RouteTable> tables = new ArrayList<>();

    @Test
    void routesThatCannotBeCompiledLeaveNothingToTheFastPath() {
        RouteDefinition definition = new RouteDefinition();
        definition.setId("a");
        definition.setUri(URI.create("lb://p"));
        Supplier<ConversionService> conversions = DefaultConversionService::new;
        Supplier<Validator> validators = () -> {
            throw new IllegalStateException("there are no arguments");
        };
        RouteLocator locator = () -> Flux.defer(routes::get);
        RouteRefresh refresh = new RouteRefresh(locator, () -> Flux.just(definition),
                new RouteCompiler(List.of(), List.of(), List::of,
                        new ConfigurationService(beans, conversions, validators),
                        InstantSource.system(), GatewaySettings.NONE, new Remembered()),
                beans, new StandardEnvironment(), GatewaySettings.NONE, tables::add);
        routes.set(Flux.just(Route.async(definition).predicate(exchange -> true).build()));
        refresh.onApplicationEvent(new RefreshRoutesResultEvent(this));
        assertThat(refresh.lanes().routes()).allMatch(entry -> entry.lane() == Lane.FAST).hasSize(1);
        routes.set(Flux.error(new IllegalStateException("lost")));
        refresh.onApplicationEvent(new RefreshRoutesResultEvent(this));
        assertThat(refresh.lanes().routes()).allMatch(entry -> entry.lane() == Lane.SLOW).hasSize(1);
        assertThat(tables).hasSize(2);
        assertThat(tables.getLast().routes()).isEmpty();
    }
}
