package io.headgate.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Against Boot's own binder. */
class ElementBindingTest {

    private static final String LIST = "some.routes";

    private final StandardEnvironment environment = new StandardEnvironment();

    private void first(Map<String, Object> properties) {
        environment.getPropertySources().addFirst(
                new MapPropertySource("source" + environment.getPropertySources().size(), properties));
        ConfigurationPropertySources.attach(environment);
    }

    private static Map<String, Object> route(int index, String id) {
        Map<String, Object> route = new TreeMap<>();
        String prefix = LIST + "[" + index + "].";
        route.put(prefix + "id", id);
        route.put(prefix + "uri", "lb://${pool:blue}");
        route.put(prefix + "predicates[0]", "Path=/" + id + "/**");
        route.put(prefix + "predicates[1].name", "Header");
        route.put(prefix + "predicates[1].args.header", "X-Id");
        route.put(prefix + "filters[0]", "StripPrefix=1");
        route.put(prefix + "metadata[response-timeout]", 200);
        return route;
    }

    private List<RouteDefinition> bound() {
        List<RouteDefinition> bound = ElementBinding.bind(environment, LIST, RouteDefinition.class);
        assertThat(bound).isEqualTo(Binder.get(environment).bind(LIST, Bindable.listOf(RouteDefinition.class))
                .orElse(List.of()));
        return bound;
    }

    @Test
    void itMakesWhatBootsBinderMakes() {
        Map<String, Object> all = new TreeMap<>();
        for (int i = 0; i < 12; i++) {
            all.putAll(route(i, "r" + i));
        }
        first(all);
        assertThat(bound()).hasSize(12).extracting(RouteDefinition::getId).startsWith("r0", "r1", "r2");
        assertThat(bound().getFirst().getUri()).hasToString("lb://blue");
    }

    @Test
    void theFirstSourceThatHasAnyHasAll() {
        first(Map.of("pool", "green"));
        first(route(0, "covered"));
        first(route(0, "seen"));
        assertThat(bound()).singleElement().extracting(RouteDefinition::getId).isEqualTo("seen");
        assertThat(bound().getFirst().getUri()).hasToString("lb://green");
    }

    @Test
    void environmentVariablesCountToo() {
        first(route(0, "covered"));
        environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource(
                "test-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("SOME_ROUTES_0_ID", "env", "SOME_ROUTES_0_PREDICATES_0", "Path=/env")));
        ConfigurationPropertySources.attach(environment);
        assertThat(bound()).singleElement().extracting(RouteDefinition::getId).isEqualTo("env");
    }

    @Test
    void nothingIsAnEmptyList() {
        assertThat(bound()).isEmpty();
        first(Map.of(LIST, ""));
        assertThat(bound()).isEmpty();
    }

    @Test
    void faultsAreBootsOwn() {
        Map<String, Object> gap = route(0, "a");
        gap.putAll(route(2, "c"));
        first(gap);
        assertThatThrownBy(() -> ElementBinding.bind(environment, LIST, RouteDefinition.class))
                .isInstanceOf(BindException.class).rootCause().hasMessageContaining(LIST + "[2]");
        first(Map.of(LIST + "[0].order", "none"));
        assertThatThrownBy(() -> ElementBinding.bind(environment, LIST, RouteDefinition.class))
                .isInstanceOfSatisfying(BindException.class,
                        e -> assertThat(e.getName()).hasToString(LIST + "[0].order"));
    }
}
