package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients and members that pause at every point of what they send, and such as take it a little at a time.
 */
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class PiecemealTest {

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    private static final String COUNTED = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nabcde";
    private static final Pattern SPLIT = Pattern.compile("/(chunked|counted)/(\\d+)");
    private static final int LARGE = 2_000_000;

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(PiecemealTest::serve);
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://p", predicates: [ "Path=/fast/**" ] }
                  - { id: slow, uri: "lb://p", predicates: [ "Path=/slow/**" ], filters: [ FallbackHeaders ] }
                """.formatted(member.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    /** {@code /LANE/KIND/N} is answered with a pause after N bytes, {@code /LANE/large} with a large body. */
    private static void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        try (WholeRequests in = new WholeRequests(socket)) {
            for (String line = in.next(); !line.isEmpty(); line = in.next()) {
                var split = SPLIT.matcher(line);
                if (split.find()) {
                    inTwo(socket, answer(split.group(1)), Integer.parseInt(split.group(2)));
                } else if (line.contains("/large")) {
                    RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n"
                            + "0123456789".repeat(LARGE / 10));
                } else {
                    RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            }
        }
    }

    private static String answer(String kind) {
        return kind.equals("chunked") ? CHUNKED : COUNTED;
    }

    private static void inTwo(Socket socket, String bytes, int at) throws IOException {
        RawServer.write(socket, bytes.substring(0, at));
        Pause.of(Duration.ofMillis(3), "one part comes later than the other");
        RawServer.write(socket, bytes.substring(at));
    }

    /** Two requests, sent ahead, for the same lane or for both. */
    private static String requests(String first, String second) {
        return "POST /" + first + "/p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                + "POST /" + second
                + "/q HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxyz";
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast fast", "slow slow", "fast slow", "slow fast"})
    void aClientMayPauseAtEveryPoint(String lanes) throws IOException {
        String[] lane = lanes.split(" ", -1);
        String all = requests(lane[0], lane[1]);
        for (int at = 1; at < all.length(); at++) {
            try (Wire client = new Wire(gateway.port())) {
                client.socket().setTcpNoDelay(true);
                inTwo(client.socket(), all, at);
                assertTwoAnswers(client, "after " + at);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast fast", "slow slow", "fast slow", "slow fast"})
    void aClientMaySendByteByByte(String lanes) throws IOException {
        String[] lane = lanes.split(" ", -1);
        try (Wire client = new Wire(gateway.port())) {
            client.socket().setTcpNoDelay(true);
            for (char c : requests(lane[0], lane[1]).toCharArray()) {
                client.send(String.valueOf(c));
                Pause.of(Duration.ofMillis(1), "each byte in a packet of its own");
            }
            assertTwoAnswers(client, "byte by byte");
        }
    }

    private static void assertTwoAnswers(Wire client, String when) throws IOException {
        String answers = client.readAll();
        assertThat(answers.split("HTTP/1.1 ", -1)).as(when).hasSize(3);
        assertThat(answers).as(when).startsWith("HTTP/1.1 200").containsOnlyOnce("ok" + "HTTP/1.1 200")
                .endsWith("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void aMemberMayPauseAtEveryPoint(String lane) throws IOException {
        for (String kind : List.of("chunked", "counted")) {
            try (Wire client = new Wire(gateway.port())) {
                for (int at = 1; at < answer(kind).length(); at++) {
                    client.send("GET /" + lane + "/" + kind + "/" + at + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    String answer = client.readUntil(kind.equals("chunked") ? "\r\n0\r\n\r\n" : "abcde");
                    assertThat(answer).as(kind + " after " + at).startsWith("HTTP/1.1 200");
                    assertThat(answer.replaceAll("(?s).*?\r\n\r\n(.*)", "$1").replaceAll("\\d\r\n|\r\n", ""))
                            .as(kind + " after " + at).isEqualTo("abcde");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void aClientMayTakeALargeAnswerALittleAtATime(String lane) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            RawServer.write(socket, "GET /" + lane + "/large HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "GET /" + lane + "/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            InputStream in = socket.getInputStream();
            StringBuilder all = new StringBuilder();
            byte[] piece = new byte[16_000];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                all.append(new String(piece, 0, n, StandardCharsets.ISO_8859_1));
                Pause.of(Duration.ofMillis(1), "each byte in a packet of its own");
            }
            int body = all.indexOf("\r\n\r\n") + 4;
            assertThat(all.substring(body, body + LARGE)).isEqualTo("0123456789".repeat(LARGE / 10));
            assertThat(all.substring(body + LARGE)).startsWith("HTTP/1.1 200").endsWith("ok");
        }
    }
}
