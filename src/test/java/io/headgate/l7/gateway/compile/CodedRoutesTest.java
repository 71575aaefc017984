package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/** Routes of Spring Cloud Gateway's Java DSL are as fast as those of a file, but for what is code. */
@SuppressWarnings("NullAway.Init") // set before each class invocation
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class CodedRoutesTest {

    @Parameter
    boolean fast;

    private static RawServer member;
    private static TestGateway gateway;

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouteLocator routes(RouteLocatorBuilder builder) {
            return builder.routes()
                    .route("edited",
                            r -> r.path("/edited/{name}").and().method(HttpMethod.GET).and()
                                    .header("X-Tier", "gold|silver")
                                    .filters(f -> f.stripPrefix(1).addRequestHeader("X-Name", "{name}")
                                            .prefixPath("/to").setResponseHeader("X-Done", "yes"))
                                    .uri("lb://p"))
                    .route("either",
                            r -> r.path("/one").or().path("/two").uri("lb://p"))
                    .route("all-but",
                            r -> r.path("/other/**").and().not(but -> but.path("/other/no")).uri("lb://p"))
                    .route("away",
                            r -> r.path("/away").filters(f -> f.redirect(302, "/there")).uri("no://op"))
                    .route("timed",
                            r -> r.path("/timed").metadata("response-timeout", 5000).uri("lb://p"))
                    .route("code", r -> r.path("/code").and().predicate(exchange -> true).uri("lb://p"))
                    .route("filtered",
                            r -> r.path("/filtered")
                                    .filters(f -> f.filter((exchange, chain) -> chain.filter(exchange)))
                                    .uri("lb://p"))
                    .route("rest", r -> r.path("/**").uri("lb://p")).build();
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        member = new RawServer(RawServer::echoHeads);
        gateway = TestGateway.with(Routes.class, """
                headgate:
                  fast-path: { debug-header: true, enabled: %s }
                  pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                """.formatted(fast, member.port()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @Test
    void onlyCodeMakesARouteSlow() {
        Map<String, Lane> lanes = gateway.bean(RouteRefresh.class).lanes().routes().stream()
                .collect(Collectors.toMap(Lanes.Entry::route, Lanes.Entry::lane));
        Lane usual = fast ? Lane.FAST : Lane.SLOW;
        assertThat(lanes).containsEntry("edited", usual).containsEntry("either", usual)
                .containsEntry("all-but", usual)
                .containsEntry("away", usual).containsEntry("timed", usual).containsEntry("rest", usual)
                .containsEntry("code", Lane.SLOW).containsEntry("filtered", Lane.SLOW);
    }

    @ParameterizedTest
    @CsvSource({"/one, either", "/two, either", "/other/x, all-but", "/other/no, rest", "/timed, timed",
            "/code, code", "/filtered, filtered",
            "/x, rest"})
    void eachTakesWhatItIsFor(String path, String route) {
        assertThat(gateway.get(path).headers().firstValue("X-Headgate").orElse(""))
                .contains("route=" + route + ";");
    }

    @Test
    void theirFiltersAreApplied() {
        HttpResponse<String> answer = gateway.get("/edited/ann", "X-Tier", "gold");
        assertThat(answer.body()).startsWith("get /to/ann http/1.1").contains("x-name: ann\r\n");
        assertThat(answer.headers().firstValue("X-Done")).hasValue("yes");
        assertThat(gateway.get("/edited/ann", "X-Tier", "lead").headers().firstValue("X-Headgate").orElse(""))
                .contains((fast ? "lane=fast" : "lane=slow") + "; route=rest;");
        assertThat(gateway.get("/away").statusCode()).isEqualTo(302);
    }
}
