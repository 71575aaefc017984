package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.DebugHeader;
import io.headgate.net.Overload;
import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused on both lanes when there is more to do than can be done. */
class OverloadLanesTest {

    private static TestGateway gateway(RawServer member, boolean fast) {
        return TestGateway.start("""
                server.http2.enabled: true
                headgate.overload.loop-lag-hard: 1ns # is always reached
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: a, uri: "lb://p", predicates: [ "Path=/a" ], metadata: { priority: critical } }
                  - { id: b, uri: "lb://p", predicates: [ "Path=/b" ] }
                  - { id: c, uri: "lb://p", predicates: [ "Path=/c" ], metadata: { priority: sheddable } }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast,
                "--headgate.fast-path.debug-header=true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
    void onlyCriticalRequestsPassAtTheHardMarkAndManagementAnswers(boolean fast) throws IOException {
        try (RawServer member = new RawServer(RawServer.answering("ok"));
                TestGateway gateway = gateway(member, fast)) {
            Overload overload = gateway.bean(Overload.class);
            await().until(() -> overload.level() == Overload.Level.HARD);
            for (String path : new String[]{"/b", "/c"}) {
                HttpResponse<String> refused = gateway.get(path);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("\"reason\":\"overloaded\"");
                assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
                assertThat(refused.headers().firstValue(DebugHeader.NAME).orElse(""))
                        .startsWith(fast ? "lane=fast" : "lane=slow");
            }
            assertThat(member.accepted()).as("nothing of it came to a member").isZero();
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.message()).contains("200 OK").containsIgnoringCase("connection: close")
                        .endsWith("ok");
            }
            try (FrameClient client = new FrameClient(gateway.port())) {
                assertThat(client.whole(client.get("/b")).status()).isEqualTo(503);
                while (client.goAway == null) {
                    assertThat(client.read()).isTrue();
                }
            }
            assertThat(gateway.manage("/actuator/prometheus").body()).contains("headgate_overload_level 2.0")
                    .contains("headgate_overload_used{trigger=\"loop-lag\"}")
                    .containsPattern("headgate_reasons_total\\{.*reason=\"overloaded\"");
        }
    }
}
