package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import io.headgate.testing.TestGateway;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final String ROUTES = """
            headgate.pools.p.members: [ "127.0.0.1:1" ]
            spring.cloud.gateway.server.webflux.routes:
              - { id: plain, uri: "lb://p", predicates: [ "Path=/a/**" ], filters: [ StripPrefix=1 ] }
              - { id: own, uri: "lb://p", predicates: [ "Path=/r/**" ], filters: [ FallbackHeaders ] }
              - { id: redirect, uri: "http://h", predicates: [ "Path=/x" ], filters: [ "RedirectTo=302, /y" ] }
              - { id: secure, uri: "lb://p", predicates: [ "Path=/s" ], filters: [ SecureHeaders ] }
              - id: size
                uri: "lb://p"
                predicates: [ "Path=/z" ]
                filters: [ SecureHeaders, { name: RequestSize, args: { maxSize: 1MB } }, RequestHeaderSize=1KB ]
              - { id: w1, uri: "lb://p", predicates: [ "Path=/w", "Weight=g, 1" ] }
              - { id: w2, uri: "lb://p", predicates: [ "Path=/w", "Weight=g, 9" ] }
              - { id: v1, uri: "lb://p", predicates: [ "Path=/v", "Weight=slow, 1" ], filters: [ FallbackHeaders ] }
              - { id: v2, uri: "lb://p", predicates: [ "Path=/v", "Weight=slow, 9" ] }
            """;

    @Test
    void everyRouteHasALaneAndASlowOneAReason() {
        try (TestGateway gateway = TestGateway.start(ROUTES)) {
            Map<String, Lane> lanes = gateway.bean(RouteRefresh.class).lanes().routes().stream()
                    .collect(Collectors.toMap(Lanes.Entry::route, Lanes.Entry::lane));
            assertThat(lanes).containsEntry("plain", Lane.FAST).containsEntry("own", Lane.SLOW)
                    .containsEntry("size", Lane.FAST).containsEntry("redirect", Lane.FAST)
                    .containsEntry("secure", Lane.FAST)
                    .containsEntry("w1", Lane.FAST).containsEntry("w2", Lane.FAST)
                    .containsEntry("v1", Lane.SLOW)
                    .containsEntry("v2", Lane.SLOW);
            assertThat(gateway.manage("/actuator/lanes").body()).contains("\"route\":\"own\"",
                    "filter FallbackHeaders",
                    "weight group slow");
        }
    }

    @Test
    void switchedOffAllAreSlow() {
        try (TestGateway gateway = TestGateway.start(ROUTES, "--headgate.fast-path.enabled=false")) {
            assertThat(gateway.bean(RouteRefresh.class).lanes().routes()).hasSize(9)
                    .allMatch(entry -> entry.lane() == Lane.SLOW);
            assertThat(gateway.manage("/actuator/lanes").body())
                    .contains("headgate.fast-path.enabled is false");
        }
    }
}
