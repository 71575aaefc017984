package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/**
 * An application with beans of its own. They keep their paths, and its routes are fast on all others: its
 * controllers, its functions, what Spring Security guards, a filter that it declares to do nothing for
 * routes.
 */
@SuppressWarnings("NullAway.Init") // set before all
class OwnBeansTest {

    @Configuration(proxyBeanMethods = false)
    @EnableWebFluxSecurity
    static class Beans {

        @RestController
        static class Controller {

            @GetMapping("/controller/{name}")
            String name() {
                return "controller";
            }
        }

        @Bean
        RouterFunction<ServerResponse> functions() {
            return RouterFunctions.route().GET("/function/one", request -> answer("function"))
                    .nest(RequestPredicates.path("/nested"),
                            nest -> nest.GET("/one", request -> answer("nested"))
                                    .route(RequestPredicates.path("/two")
                                            .or(RequestPredicates.path("/three")),
                                            request -> answer("nested")))
                    .build();
        }

        private static Mono<ServerResponse> answer(String text) {
            return ServerResponse.ok().bodyValue(text);
        }

        @Bean
        SecurityWebFilterChain admins(ServerHttpSecurity http) {
            return http
                    .securityMatcher(ServerWebExchangeMatchers.pathMatchers("/admin/**", "/own/secret"))
                    .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .exceptionHandling(handling -> handling.authenticationEntryPoint(
                            (exchange, error) -> Mono.fromRunnable(() -> exchange.getResponse()
                                    .setStatusCode(HttpStatus.UNAUTHORIZED))))
                    .build();
        }

        @Bean
        WebFilter unrelated() {
            return new ServerWebExchangeContextFilter();
        }
    }

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(RawServer.answering("member"));
        gateway = TestGateway.with(Beans.class, """
                headgate:
                  fast-path: { debug-header: true, unrelated-beans: [ unrelated ] }
                  pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @Test
    void noRouteIsSlow() {
        assertThat(gateway.bean(RouteRefresh.class).lanes().routes())
                .allSatisfy(route -> assertThat(route.lane()).as(String.valueOf(route.reason()))
                        .isEqualTo(Lane.FAST));
    }

    @ParameterizedTest
    @CsvSource({"/, 200, member, fast", "/adminx, 200, member, fast", "/a?b=c%20d, 200, member, fast",
            "/controller/x, 200, controller, slow", "/controller, 200, member, fast",
            "/function/one, 200, function, slow", "/function/two, 200, member, fast",
            "/nested/one, 200, nested, slow", "/nested/two, 200, nested, slow",
            "/nested/three, 200, nested, slow", "/nested/four, 200, member, fast",
            "/one, 200, member, fast",
            "/admin, 401, '', fast", "/admin/x, 401, '', fast", "/own/secret, 401, '', fast",
            "/own/secret/x, 200, member, fast", "/own/secre%74, 401, '', fast",
            "/x/..%2fadmin, 400, '', fast", "/x;y=z, 400, '', fast"})
    void eachKeepsItsPaths(String path, int status, String body, String lane) {
        HttpResponse<String> answer = gateway.get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-Headgate").orElse("")).startsWith("lane=" + lane);
        if (status == 200) {
            assertThat(answer.body()).isEqualTo(body);
        }
    }
}
