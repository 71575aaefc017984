package io.headgate.l7.gateway.compile;

import static io.headgate.l7.gateway.compile.StockSettingsTest.ask;
import static io.headgate.l7.gateway.compile.StockSettingsTest.comparable;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;

/** The rules of a CorsWebFilter hold on the fast lane as the filter itself has them on the slow one. */
@SuppressWarnings("NullAway.Init") // set before all
class CorsFilterTest {

    private static final String ROUTES = """
            headgate:
              fast-path: { debug-header: true }
              pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
            spring.cloud.gateway.server.webflux:
              routes: [ { id: all, uri: "lb://p", predicates: [ "Path=/cors/**,/x/**" ], filters: [ "AddResponseHeader=X-Filter, yes" ] } ]
            """;
    private static final String GLOBAL = """
            spring.cloud.gateway.server.webflux.globalcors.cors-configurations: { "[/x/**]": { allowed-origins: "*" } }
            """;

    private static RawServer member;
    private static TestGateway fast;
    private static TestGateway slow;

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        CorsWebFilter corsWebFilter() {
            CorsConfiguration pages = new CorsConfiguration();
            pages.setAllowedOrigins(List.of("http://page.test"));
            pages.setAllowedMethods(List.of("GET", "PUT"));
            pages.setAllowedHeaders(List.of("X-One"));
            pages.setMaxAge(1800L);
            CorsConfiguration narrow = new CorsConfiguration(pages);
            narrow.setAllowedMethods(List.of("GET"));
            UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
            source.registerCorsConfiguration("/cors/narrow/**", narrow);
            source.registerCorsConfiguration("/cors/**", pages);
            return new CorsWebFilter(source);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnWay {

        @Bean
        CorsWebFilter corsWebFilter() {
            return new CorsWebFilter(exchange -> new CorsConfiguration().applyPermitDefaultValues());
        }
    }

    @BeforeAll
    static void start() {
        member = new RawServer(StockSettingsTest::echo);
        String yaml = ROUTES.formatted(member.port());
        fast = TestGateway.with(Beans.class, yaml);
        slow = TestGateway.with(Beans.class, yaml, "--headgate.fast-path.enabled=false");
    }

    @AfterAll
    static void stop() throws IOException {
        fast.close();
        slow.close();
        member.close();
    }

    private static Lane lane(TestGateway gateway) {
        return gateway.bean(RouteRefresh.class).lanes().routes().getFirst().lane();
    }

    @Test
    void itMakesNoRouteSlowButWhereItHasAWayOfItsOwn() {
        assertThat(lane(fast)).isEqualTo(Lane.FAST);
        assertThat(lane(slow)).isEqualTo(Lane.SLOW);
        try (TestGateway own = TestGateway.with(OwnWay.class, ROUTES.formatted(member.port()));
                TestGateway both = TestGateway.with(Beans.class, ROUTES.formatted(member.port()) + GLOBAL)) {
            assertThat(lane(own)).isEqualTo(Lane.SLOW);
            assertThat(lane(both)).isEqualTo(Lane.SLOW);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /cors/a HTTP/1.1|Host: a.test",
            "GET /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "PUT /cors/narrow/a HTTP/1.1|Host: a.test|Origin: http://page.test|Content-Length: 0",
            "PUT /cors/wide/a HTTP/1.1|Host: a.test|Origin: http://page.test|Content-Length: 0",
            "GET /cors/a HTTP/1.1|Host: a.test|Origin: http://evil.test",
            "GET /cors/a HTTP/1.1|Host: a.test|Origin: http://a.test",
            "GET /cors/a HTTP/1.1|Host: a.test|Origin: null",
            "GET /cors/a HTTP/1.1|Host: a.test|Origin: http://[bad",
            "GET /x/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "GET /nowhere HTTP/1.1|Host: a.test|Origin: http://page.test",
            "OPTIONS /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test",
            "OPTIONS /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test|Access-Control-Request-Method: PUT",
            "OPTIONS /cors/narrow/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: PUT",
            "OPTIONS /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test|Access-Control-Request-Method: PUT"
                    + "|Access-Control-Request-Headers: x-one",
            "OPTIONS /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test|Access-Control-Request-Method: PUT"
                    + "|Access-Control-Request-Headers: x-three",
            "OPTIONS /x/a HTTP/1.1|Host: a.test|Origin: http://page.test|Access-Control-Request-Method: GET",
            "OPTIONS /nowhere HTTP/1.1|Host: a.test|Origin: http://page.test"
                    + "|Access-Control-Request-Method: GET"})
    void bothLanesDoTheSame(String request) throws IOException {
        assertThat(comparable(ask(fast, request))).isEqualTo(comparable(ask(slow, request)));
    }

    /** What the comparison above would not see. */
    @Test
    void andTheyDoIt() throws IOException {
        assertThat(ask(fast, "OPTIONS /cors/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                + "|Access-Control-Request-Method: PUT")).contains("lane=fast", "Max-Age: 1800");
        assertThat(ask(fast, "PUT /cors/narrow/a HTTP/1.1|Host: a.test|Origin: http://page.test"
                + "|Content-Length: 0")).startsWith("HTTP/1.1 403").contains("lane=fast");
    }
}
