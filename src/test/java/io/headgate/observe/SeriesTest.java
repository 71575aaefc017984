package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What there is for Prometheus, and that clients cannot make more of it. */
class SeriesTest {

    /** Many times more than the series that may come; {@code -Dseries.requests=100000} asks for longer. */
    private static final int MADE_UP = Integer.getInteger("series.requests", 2_000);
    private static final int AT_ONCE = 50;

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(RawServer.answering("hello"));
        gateway = TestGateway.start("""
                headgate:
                  forwarded.request-id: true
                  pools.web:
                    members: [ "127.0.0.1:%d" ]
                    health: { interval: 100ms }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://web", predicates: [ "Path=/**", "Host=**.example" ] }
                  - { id: slow, uri: "lb://web", predicates: [ "Path=/s/**" ], filters: [ SaveSession ] }
                """.formatted(member.port()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        member.close();
    }

    private static List<String> scrape() {
        return gateway.manage("/actuator/prometheus").body().lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' '))).toList();
    }

    @Test
    void madeUpPathsMethodsAndHostsMakeNoSeries() throws IOException {
        ask(0, 10, "GET", "known");
        ask(0, 10, "PURGE", "known");
        gateway.get("/s/1");
        await().until(() -> scrape().stream().anyMatch(series -> series.contains("result=\"passed\"")));
        int before = scrape().size();
        ask(10, MADE_UP, "M%d", "h%d");
        gateway.get("/s/2?user=" + MADE_UP);
        List<String> after = scrape();
        assertThat(after.size()).as("%s", after).isLessThan(before + 60);
        assertThat(String.join("\n", after)).doesNotContain("h1711", "M1711", "/1711");
    }

    private static void ask(int from, int to, String method, String host) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = from; i < to; i += AT_ONCE) {
                StringBuilder requests = new StringBuilder();
                int last = Math.min(to, i + AT_ONCE);
                for (int j = i; j < last; j++) {
                    requests.append(method.formatted(j)).append(" /").append(j).append("?u=").append(j)
                            .append(" HTTP/1.1\r\nHost: ").append(host.formatted(j))
                            .append(".example\r\n\r\n");
                }
                client.send(requests.toString());
                for (int j = i; j < last; j++) {
                    client.readUntil("hello");
                }
            }
        }
    }

    @Test
    void whatADashboardLooksForIsThere() {
        gateway.get("/s/1");
        await().untilAsserted(() -> assertThat(String.join("\n", scrape())).contains(
                "headgate_requests_seconds_bucket{lane=\"slow\",pool=\"web\",status=\"2xx\",le=\"0.001\"}",
                "headgate_route_requests_seconds_bucket{route=\"slow\",status=\"2xx\",le=\"0.1\"}",
                "headgate_first_byte_seconds_bucket{pool=\"web\",le=\"0.0025\"}",
                "headgate_retries_total{pool=\"web\"}",
                "headgate_checks_seconds_count{pool=\"web\",result=\"passed\"}",
                "headgate_upstream_connections{pool=\"web\",state=\"idle\"}",
                "headgate_upstream_requests_total{connection=\"reused\",pool=\"web\"}",
                "headgate_client_connections", "headgate_http2_streams", "headgate_loops_lag_seconds",
                "headgate_tls_handshakes_total{layer=\"l7\",listener=\"server.port\",result=\"failed\"}",
                "headgate_configuration_version",
                "headgate_configuration_age_seconds", "headgate_build_info{"));
    }
}
