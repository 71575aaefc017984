package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No client and no member chooses how many series there are. */
class BoundedLabelsTest {

    private static final int REQUESTS = Integer.getInteger("labels.methods", 400);

    private static final int BATCH = 20;

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(BoundedLabelsTest::serve);
        gateway = TestGateway.start("""
                headgate.pools.a: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://a", predicates: [ "Path=/fast/**" ] }
                  - id: slow
                    uri: lb://a
                    predicates: [ "Path=/slow/**" ]
                    filters: [ FallbackHeaders ]
                """.formatted(member.port()));
    }

    /** Answers with the status that the path ends with. */
    private static void serve(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] request = line.split(" ", -1);
            if (request.length == 3 && RawServer.readHead(in)) { // else an empty chunk, for an unknown method
                RawServer.write(socket, "HTTP/1.1 " + request[1].substring(request[1].lastIndexOf('/') + 1)
                        + " X\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fast/200", "/slow/200", "/nowhere"})
    void methodsThatClientsMakeUpMakeNoSeries(String path) throws IOException {
        assertThat(seriesMadeBy(gateway.port(), i -> "MADEUP" + i + " " + path)).isLessThan(50);
    }

    @Test
    void norOnTheManagementPort() throws IOException {
        assertThat(seriesMadeBy(gateway.managementPort(), i -> "MADEUP" + i + " /actuator/health"))
                .isLessThan(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fast/", "/slow/"})
    void statusesThatMembersMakeUpMakeNoSeries(String path) throws IOException {
        assertThat(seriesMadeBy(gateway.port(), i -> "GET " + path + (600 + i % 399))).isLessThan(50);
    }

    private static long seriesMadeBy(int port, IntFunction<String> request) throws IOException {
        long before = series();
        for (int first = 0; first < REQUESTS; first += BATCH) {
            int from = first;
            String requests = IntStream.range(0, BATCH).mapToObj(i -> request.apply(from + i)
                    + " HTTP/1.1\r\nHost: a\r\n"
                    + (i == BATCH - 1 ? "Connection: close\r\n\r\n" : "\r\n"))
                    .collect(Collectors.joining());
            try (Wire client = new Wire(port)) {
                assertThat(client.send(requests).readAll().split("HTTP/1.1 \\d", -1)).hasSize(BATCH + 1);
            }
        }
        return series() - before;
    }

    /** The buckets of a histogram are as many as it always has. */
    private static long series() {
        return gateway.manage("/actuator/prometheus").body().lines()
                .filter(line -> !line.startsWith("#") && !line.contains("_bucket{")).count();
    }

    @Test
    void aRegistryThatStandsForOthersRemembersNoMoreThanThey() {
        for (MeterRegistry registry : List.of(new SimpleMeterRegistry(),
                new CompositeMeterRegistry().add(new SimpleMeterRegistry()))) {
            registry.config().meterFilter(new BoundedLabels());
            for (int i = 0; i < 3000; i++) {
                registry.timer("http.client.requests", "http.method", "M" + i, "http.status_code", "200");
            }
            assertThat(registry.getMeters()).hasSize(1);
        }
    }

    @Test
    void aLabelThatNobodyThoughtOfIsBoundedToo() {
        MeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(new BoundedLabels());
        for (int i = 0; i < 3000; i++) {
            registry.timer("http.client.requests", "client.name", "host" + i);
            registry.timer("http.client.requests", "routeId", "configured" + i);
        }
        assertThat(registry.getMeters()).hasSize(3000 + BoundedLabels.MAX_VALUES + 1);
    }

    @Test
    void whatHttpDefinesIsTold() {
        assertThat(labels("httpMethod", "PATCH", "httpStatusCode", "404", "status", "NOT_FOUND"))
                .containsExactlyInAnyOrder("PATCH", "404", "NOT_FOUND");
        assertThat(labels("httpMethod", "patch", "httpStatusCode", "299", "status", "999"))
                .containsExactlyInAnyOrder("UNKNOWN", "2xx", "UNKNOWN");
    }

    @Test
    void aMeterThatIsNotAboutHttpKeepsItsLabels() {
        Meter.Id timed = new Meter.Id("my.service", Tags.of("method", "pay"),
                null, null, Meter.Type.TIMER);
        assertThat(new BoundedLabels().map(timed)).isSameAs(timed);
    }

    private static List<String> labels(String... labels) {
        Meter.Id id = new Meter.Id("spring.cloud.gateway.requests",
                Tags.of(labels), null, null, Meter.Type.TIMER);
        return new BoundedLabels().map(id).getTags().stream().map(Tag::getValue).toList();
    }

    @Test
    void aSpanIsNotNamedAfterWhatTheClientMadeUp() {
        Observation.Context made = new Observation.Context();
        made.setName("http.client.requests");
        made.setContextualName("HTTP MADEUP1 /x");
        new KnownSpanNames().map(made);
        assertThat(made.getContextualName()).isEqualTo("HTTP UNKNOWN /x");
        made.setContextualName("http get");
        assertThat(new KnownSpanNames().map(made).getContextualName()).isEqualTo("http get");
    }
}
