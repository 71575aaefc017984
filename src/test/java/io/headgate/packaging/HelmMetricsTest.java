package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.headgate.packaging.PromQl.Series;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The alerts and the dashboard, against what a running Headgate has for Prometheus. */
class HelmMetricsTest {

    private static final Manifests MANIFESTS = HelmChart
            .render(HelmChart.FOLDER.resolve(Path.of("ci", "everything-values.yaml")));

    private static RawServer member;
    private static TestGateway gateway;
    private static List<Series> scraped = List.of();

    @BeforeAll
    static void traffic() throws IOException {
        member = new RawServer(socket -> {
            var in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (RawServer.readHead(in)) {
                RawServer.write(socket, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
            }
        });
        int listener = Ports.free();
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    web: { members: [ "127.0.0.1:%d" ], health: { interval: 200ms } }
                  listeners:
                    echo: { bind: "127.0.0.1:%d", pool: web }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), listener));
        await().until(() -> gateway.get("/").statusCode() == 500);
        try (Wire client = new Wire(listener)) {
            client.send("GET / HTTP/1.1\r\n\r\n").readUntil("\r\n\r\n");
        }
        System.gc(); // there are no series of pauses before the first one
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            String metrics = gateway.manage("/actuator/prometheus").body();
            return metrics.contains("headgate_connections_seconds_count")
                    && metrics.contains("headgate_checks_seconds_count")
                    && metrics.contains("jvm_gc_pause_seconds_sum");
        });
        scraped = Series.scraped(gateway.manage("/actuator/prometheus").body());
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @Test
    void every_alert_reads_series_that_there_are() {
        var rules = MANIFESTS.one(PrometheusRule.class).spec.groups().getFirst().rules();
        assertThat(rules).extracting(PrometheusRule.Rule::alert).doesNotHaveDuplicates()
                .contains("HeadgatePoolDown", "GatewayBusy");
        for (var rule : rules.subList(0, rules.size() - 1)) {
            assertThat(rule.expr()).contains("job=\"edge/gateway-edge\"");
            assertReadable(rule.expr());
            assertLabels(rule.expr(), String.join(" ", rule.annotations().values()));
        }
    }

    @Test
    void every_panel_reads_series_that_there_are() {
        ConfigMap map = MANIFESTS.named(ConfigMap.class, "gateway-edge-dashboard");
        assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        assertThat(map.getMetadata().getAnnotations()).containsEntry("grafana_folder", "Edge");
        String json = map.getData().get("headgate.json");
        List<String> expressions = JsonPath.read(json, "$.panels[*].targets[*].expr");
        assertThat(expressions).hasSizeGreaterThan(15);
        expressions.forEach(HelmMetricsTest::assertReadable);
        List<Integer> ids = JsonPath.read(json, "$.panels[*].id");
        assertThat(ids).doesNotHaveDuplicates();
        String variable = JsonPath.read(json, "$.templating.list[1].definition");
        assertThat(variable).isEqualTo("label_values(headgate_reloads_total, job)");
    }

    /** That the two above can fail. */
    @Test
    void a_name_or_label_or_value_that_is_not_there_is_found() {
        assertThat(missing("sum(rate(headgate_request_seconds_count{job=\"a\"}[5m]))")).isNotEmpty();
        assertThat(missing("headgate_reasons_total{reason=\"no-such-reason\"}")).isNotEmpty();
        assertThat(missing("sum by (pod) (headgate_member_up{job=\"a\"})")).isNotEmpty();
    }

    private static void assertReadable(String expression) {
        assertThat(PromQl.parse(expression).selectors()).as(expression).isNotEmpty();
        assertThat(missing(expression)).as(expression).isEmpty();
    }

    private static List<String> missing(String expression) {
        PromQl query = PromQl.parse(expression);
        return query.selectors().stream().filter(selector -> !selector.name().equals("up"))
                .filter(selector -> scraped.stream().noneMatch(
                        series -> selector.reads(series)
                                && series.labels().keySet().containsAll(query.by())))
                .map(PromQl.Selector::toString).toList();
    }

    /** What the text says of labels has to be left by the grouping. */
    private static void assertLabels(String expression, String text) {
        var label = Pattern.compile("\\$labels\\.(\\w+)").matcher(text);
        while (label.find()) {
            assertThat(PromQl.parse(expression).by()).as(expression).contains(label.group(1));
        }
    }
}
