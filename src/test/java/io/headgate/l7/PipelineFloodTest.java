package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that sends one request behind the other and does not read. */
class PipelineFloodTest {

    /** More than what sockets hold, on any machine with usual settings. */
    private static final int MORE_THAN_SOCKETS_HOLD = 80 << 20;
    private static final long QUIET_MILLIS = 2_000;

    private static final RawServer MEMBER = new RawServer(RawServer.answering("fine".repeat(1_000)));
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = start(MEMBER.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
    }

    /** Answered by the fast lane itself, by the slow lane itself, and by a member on each. */
    @ParameterizedTest
    @ValueSource(strings = {"/redirect", "/nowhere", "/fast", "/slow"})
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void itIsHeldUpAndLosesNothing(String path) throws IOException {
        try (SocketChannel client = SocketChannel.open();
                Selector selector = Selector.open()) {
            client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            String request = "GET " + path + " HTTP/1.1\r\nHost: h\r\nX-Fill: " + "x".repeat(2_000)
                    + "\r\n\r\n";
            ByteBuffer requests = ByteBuffer
                    .wrap(request.repeat(100).getBytes(StandardCharsets.US_ASCII));
            long sent = 0;
            client.configureBlocking(false);
            SelectionKey writable = client.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(QUIET_MILLIS) > 0) {
                sent += client.write(requests);
                if (!requests.hasRemaining()) {
                    requests.rewind();
                }
                selector.selectedKeys().clear();
                assertThat(sent).isLessThan(MORE_THAN_SOCKETS_HOLD);
            }
            writable.cancel();
            selector.selectNow();
            assertThat(answers(client, sent / request.length())).isEqualTo(sent / request.length());
        }
    }

    private static TestGateway start(int member) {
        return TestGateway
                .start("""
                        headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        headgate.client.header-timeout: 60s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: redirect, uri: "lb://web", predicates: [ "Path=/redirect" ], filters: [ "RedirectTo=302, http://h/%s" ] }
                          - { id: fast, uri: "lb://web", predicates: [ "Path=/fast" ] }
                          - { id: slow, uri: "lb://web", predicates: [ "Path=/slow" ], filters: [ FallbackHeaders ] }
                        """
                        .formatted(member, "x".repeat(3_000)));
    }

    /** How many heads of answers come, up to so many. */
    private static long answers(SocketChannel client, long wanted) throws IOException {
        client.configureBlocking(true);
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        String begin = "HTTP/1.1 ";
        long count = 0;
        String rest = "";
        while (count < wanted && client.read(bytes) >= 0) {
            String text = rest + new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
            bytes.clear();
            int at = 0;
            for (int found = text.indexOf(begin); found >= 0; found = text.indexOf(begin, at)) {
                count++;
                at = found + begin.length();
            }
            rest = text.substring(Math.max(at, text.length() - begin.length() + 1));
        }
        return count;
    }
}
