package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import org.junit.jupiter.api.Test;

/** Reads need no credentials, and show none. */
class MaskedReadsTest {

    @Test
    void noSecretOfARouteIsShown() {
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools.a: { members: [ "127.0.0.1:9" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: token-service
                    uri: http://svc:s3cret@127.0.0.1:9
                    predicates: [ "Path=/a/**", "Header=X-Api-Key, s3cret", "Query=access_token, s3cret" ]
                    metadata: { password: s3cret, team: blue }
                    filters:
                      - AddRequestHeader=X-Api-Key, s3cret
                      - SetRequestHeader=Authorization, Basic s3cret' = ], order = 1]
                      - AddRequestHeadersIfNotPresent=X-Auth-Token:s3cret,X-B:s3cret
                      - { name: AddRequestParameter, args: { name: api_key, value: s3cret } }
                      - AddRequestHeader=X-Team, blue
                      - { name: Retry, args: { retries: 2 } }
                """)) {
            gateway.get("/a/x", "X-Api-Key", "s3cret");
            for (String path : new String[]{"gateway/routes", "gateway/routes/token-service",
                    "gateway/routedefinitions", "gateway", "lanes", "prometheus", "health"}) {
                String shown = gateway.manage("/actuator/" + path).body();
                assertThat(shown).as(path).doesNotContain("s3cret");
            }
            for (String path : new String[]{"/actuator/%67ateway/routes",
                    "/%61ctuator/g%61teway/routedefinitions"}) {
                assertThat(gateway.manage(path).body()).as(path).contains("token-service")
                        .doesNotContain("s3cret");
            }
            for (String path : new String[]{"/actuator;x/gateway/routes", "/actuator/gateway;v=1/routes"}) {
                assertThat(gateway.manage(path).body()).as(path).doesNotContain("s3cret");
            }
            assertThat(gateway.manage("/actuator/gateway/routes").body()).contains("X-Api-Key",
                    "Authorization",
                    "api_key", "http://******@127.0.0.1:9", "X-Team = 'blue'", "\"team\":\"blue\"",
                    "token-service", "retries = 2");
            assertThat(gateway.manage("/actuator/gateway/routedefinitions").body()).contains("\"X-Api-Key\"",
                    "\"Authorization\"", "\"blue\"", "\"retries\":\"2\"");
        }
    }

    @Test
    void anEndpointThatHasAnotherNameIsGuardedAsUnderItsOwn() {
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools.a: { members: [ { id: b, address: "127.0.0.1:9" } ], health: { check: none } }
                management.endpoints.web:
                  base-path: /m
                  path-mapping: { gateway: ops/routing, pools: gateway, listeners: pools, reload: apply }
                spring.cloud.gateway.server.webflux.routes:
                  - id: token-service
                    uri: http://svc:s3cret@127.0.0.1:9
                    predicates: [ "Path=/a/**" ]
                    filters: [ "AddRequestHeader=X-Api-Key, s3cret" ]
                """)) {
            for (String path : new String[]{"routes", "routedefinitions", "routes/token-service"}) {
                assertThat(gateway.manage("/m/ops/routing/" + path).body()).as(path)
                        .contains("X-Api-Key").doesNotContain("s3cret");
            }
            assertThat(gateway.manage("/m/gateway/a").body()).contains("127.0.0.1:9");
            assertThat(gateway.command("/m/gateway/a/members/b", "{\"stat\":\"drain\"}").body())
                    .contains("stat: unknown key");
            assertThat(gateway.command("/m/gateway/a/members/b", "{\"state\":\"drain\"}").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.command("/m/apply", "{\"why\":\"x\"}").body()).contains("why: unknown key");
            assertThat(gateway.command("/m/apply", "").statusCode()).isEqualTo(200);
        }
    }
}
