package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.headgate.testing.TestGateway;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name that no name server knows (RFC 6761, 6.4), whether one can be reached or not. */
class DiscoveryTroubleTest {

    @Test
    void aSourceThatFailsIsShownWhereverOneLooks() {
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools.web:
                  members: [ { id: own, address: "127.0.0.1:1" } ]
                  health: { check: none }
                  discovery: { dns: "nobody.invalid:80" }
                """)) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                String pool = gateway.manage("/actuator/pools/web").body();
                assertThat(JsonPath.<List<String>>read(pool, "$.discovery[*].trouble")).hasSize(1);
            });
            String pools = gateway.manage("/actuator/pools").body();
            assertThat(JsonPath.<String>read(pools, "$.pools[0].discovery[0].source"))
                    .isEqualTo("dns nobody.invalid:80");
            assertThat(JsonPath.<String>read(pools, "$.pools[0].discovery[0].trouble"))
                    .contains("nobody.invalid");
            assertThat(JsonPath.<String>read(pools, "$.pools[0].discovery[0].since")).isNotEmpty();
            String health = gateway.manage("/actuator/health").body();
            assertThat(JsonPath.<String>read(health, "$.components.pools.status")).isEqualTo("DEGRADED");
            assertThat(JsonPath.<String>read(health, "$.components.pools.details.web"))
                    .startsWith("1 of 1 members up; dns nobody.invalid:80 fails: ");
            assertThat(gateway.manage("/actuator/prometheus").body()).contains(
                    "headgate_discovery_failing{pool=\"web\",source=\"dns nobody.invalid:80\"} 1.0");
        }
    }
}
