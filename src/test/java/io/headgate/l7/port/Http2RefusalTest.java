package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request of HTTP/2 that is refused in the middle of its body, and of its answer. */
class Http2RefusalTest {

    private static final int LIMIT = 1000;
    private static final String PART = "64\r\n" + "x".repeat(100) + "\r\n";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itLeavesNoStackTraceInTheLog(boolean fast) throws IOException {
        try (LogLines spring = new LogLines("org.springframework.web");
                LogLines reactor = new LogLines("reactor");
                RawServer member = new RawServer(Http2RefusalTest::talk);
                TestGateway gateway = TestGateway.start("""
                        server.http2.enabled: true
                        headgate.fast-path.enabled: %s
                        headgate.client.max-body-size: %dB
                        headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(fast, LIMIT, member.port()))) {
            for (int i = 0; i < 50; i++) {
                try (FrameClient client = new FrameClient(gateway.port())) {
                    int stream = client.post("/a");
                    client.data(stream, "x".repeat(LIMIT), false);
                    while (client.answer(stream).body().isEmpty()) {
                        assertThat(client.read()).isTrue();
                    }
                    client.data(stream, "x", false);
                    FrameAnswer answer = client.whole(stream);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.reset).isEqualTo((int) Http2Error.CANCEL.code());
                }
            }
            assertThat(spring.lines()).as("stack traces that any client could ask for").isEmpty();
            assertThat(reactor.lines()).isEmpty();
        }
    }

    /** Does not wait for the request's end, and never comes to its own: in many small parts. */
    private static void talk(Socket socket) throws IOException {
        RawServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (true) {
            RawServer.write(socket, PART);
        }
    }
}
