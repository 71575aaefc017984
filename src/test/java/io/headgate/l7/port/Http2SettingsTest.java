package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.security.AddressSet;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.server.HttpServer;

/** What Boot, or a customizer of its server, has set for HTTP/2 stays in force. */
class Http2SettingsTest {

    @Test
    void whatIsSetAlreadyStays() {
        Port port = new Port(new ClientLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0),
                () -> new Forwarding(AddressSet.EMPTY), PortExtension.NONE, request -> {
                }, (rule, from, detail) -> {
                }, Ticker.systemTicker());
        HttpServer server = HttpServer.create().http2Settings(settings -> settings.maxConcurrentStreams(7)
                .initialWindowSize(70_000).maxFrameSize(20_000).headerTableSize(1_000));
        Http2SettingsSpec set = Objects
                .requireNonNull(port.attach(server).configuration().http2SettingsSpec());
        assertThat(set.maxConcurrentStreams()).isEqualTo(7);
        assertThat(set.initialWindowSize()).isEqualTo(70_000);
        assertThat(set.maxFrameSize()).isEqualTo(20_000);
        assertThat(set.headerTableSize()).isEqualTo(1_000);
    }

    @Test
    void theLimitOfHeadsIsThatOfHttp1() throws IOException {
        try (RawServer member = new RawServer(Http2SettingsTest::serve);
                TestGateway gateway = TestGateway.start("""
                        server: { http2.enabled: true, max-http-request-header-size: 20KB }
                        headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(member.port()));
                FrameClient client = new FrameClient(gateway.port())) {
            assertThat(client.whole(client.get("/", "cookie", "c".repeat(20_000))).status()).isEqualTo(200);
            FrameAnswer refused = client.whole(client.get("/", "cookie", "c".repeat(21_000)));
            assertThat(refused.status()).isEqualTo(431);
            assertThat(client.whole(client.get("/")).status()).isEqualTo(200);
        }
    }

    private static void serve(Socket socket) throws IOException {
        while (RawServer.readHead(socket)) {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }
}
