package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/**
 * What applications have that no other test has as a whole: routes that Spring Cloud Gateway's discovery
 * locator makes, compression by Spring Boot's own properties, a cache beside a filter that changes bodies.
 */
@SuppressWarnings("NullAway.Init") // set before all
class TypicalApplicationsTest {

    private static final AtomicInteger ASKED = new AtomicInteger();

    private static RawServer member;
    private static TestGateway gateway;

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        RouteLocator routes(RouteLocatorBuilder builder) {
            return builder.routes()
                    .route("louder", r -> r.path("/louder")
                            .filters(f -> f.modifyResponseBody(String.class, String.class,
                                    (exchange, body) -> Mono
                                            .just(String.valueOf(body).toUpperCase(Locale.ROOT))))
                            .uri("lb://p"))
                    .build();
        }
    }

    @BeforeAll
    static void start() {
        member = new RawServer(TypicalApplicationsTest::serve);
        gateway = TestGateway.with(Beans.class,
                """
                        server.compression: { enabled: true, mime-types: text/plain, min-response-size: 10 }
                        spring.cloud.discovery.client.simple.instances:
                          orders: [ { uri: "http://127.0.0.1:%1$d" } ]
                        headgate:
                          fast-path.debug-header: true
                          pools:
                            p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                            orders: { discovery: { service: orders }, health: { check: none } }
                        spring.cloud.gateway.server.webflux:
                          discovery.locator: { enabled: true, lower-case-service-id: true }
                          routes:
                            - { id: kept, uri: "lb://p", predicates: [ "Path=/kept" ], filters: [ "LocalResponseCache=1m" ] }
                            - { id: all, uri: "lb://p", predicates: [ "Path=/all/**" ] }
                        """
                        .formatted(member.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static void serve(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isBlank(); head = RawServer.head(socket)) {
            ASKED.incrementAndGet();
            String body = head.split(" ", 3)[1] + " is served by a member";
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=60\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static String lane(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Headgate").orElse("").replaceFirst(";.*", "");
    }

    @Test
    void onlyWhatChangesBodiesIsSlow() {
        Map<String, Lane> lanes = gateway.bean(RouteRefresh.class).lanes().routes().stream()
                .collect(Collectors.toMap(Lanes.Entry::route, Lanes.Entry::lane));
        assertThat(lanes).containsEntry("louder", Lane.SLOW).containsEntry("kept", Lane.FAST)
                .containsEntry("all", Lane.FAST).containsEntry("ReactiveCompositeDiscoveryClient_orders",
                        Lane.FAST)
                .hasSize(4);
    }

    @Test
    void aServiceThatIsDiscoveredHasItsRoute() {
        await().untilAsserted(() -> {
            HttpResponse<String> answer = gateway.get("/orders/1");
            assertThat(answer.body()).isEqualTo("/1 is served by a member");
            assertThat(lane(answer)).isEqualTo("lane=fast");
        });
    }

    @Test
    void answersAreCompressed() throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("GET /all/a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n").head())
                    .containsIgnoringCase("content-encoding: gzip").contains("lane=fast");
        }
    }

    @Test
    void answersAreKeptAndChanged() {
        assertThat(gateway.get("/kept").body()).isEqualTo("/kept is served by a member");
        int asked = ASKED.get();
        HttpResponse<String> again = gateway.get("/kept");
        assertThat(again.body()).isEqualTo("/kept is served by a member");
        assertThat(lane(again)).isEqualTo("lane=fast");
        assertThat(ASKED.get()).isEqualTo(asked);
        HttpResponse<String> louder = gateway.get("/louder");
        assertThat(louder.body()).isEqualTo("/LOUDER IS SERVED BY A MEMBER");
        assertThat(lane(louder)).isEqualTo("lane=slow");
    }
}
