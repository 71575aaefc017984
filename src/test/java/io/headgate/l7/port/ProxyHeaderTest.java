package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY protocol headers on the L7 port, for requests of both lanes. */
class ProxyHeaderTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String V1 = "PROXY TCP4 203.0.113.7 127.0.0.1 5555 8080\r\n";
    /** The same, binary. */
    private static final String V2 = new String(HexFormat.of().parseHex(
            "0d0a0d0a000d0a515549540a" + "2111000c" + "cb007107" + "7f000001" + "15b3" + "1f90"),
            StandardCharsets.ISO_8859_1);

    private static String yaml(int member, String accept) {
        return """
                headgate:
                  access-log.enabled: true
                  client: { proxy-protocol: { accept: [%s] }, max-connections-per-client: 2 }
                  pools: { echo: { members: ["127.0.0.1:%d"], health: { check: none } } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: echo, uri: "lb://echo", predicates: [ "RemoteAddr=203.0.113.7" ] }
                """.formatted(accept, member);
    }

    /** Answers with the forwarded address that it was told. */
    private static RawServer member() {
        return new RawServer(socket -> {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String told = "";
            for (String line; (line = in.readLine()) != null;) {
                if (line.toLowerCase(Locale.ROOT).startsWith("x-forwarded-for:")) {
                    told = line.substring(16).strip();
                } else if (line.isEmpty()) {
                    RawServer.write(socket,
                            "HTTP/1.1 200 OK\r\nContent-Length: " + told.length() + "\r\n\r\n" + told);
                }
            }
        });
    }

    private static Socket send(TestGateway gateway, String... parts) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        for (String part : parts) {
            socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }
        return socket;
    }

    private static String answer(TestGateway gateway, String... parts) throws IOException {
        try (Socket socket = send(gateway, parts)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException reset) {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientIsWhomAListedProxyNames(boolean fast) throws IOException {
        try (RawServer member = member();
                TestGateway gateway = TestGateway.start(yaml(member.port(), "127.0.0.0/8"),
                        "--headgate.fast-path.enabled=" + fast);
                AccessLines log = new AccessLines()) {
            assertThat(answer(gateway, V1 + REQUEST)).startsWith("HTTP/1.1 200").endsWith("203.0.113.7");
            assertThat(answer(gateway, V2.substring(0, 5), V2.substring(5), REQUEST))
                    .startsWith("HTTP/1.1 200").endsWith("203.0.113.7");
            assertThat(answer(gateway, "PROXY UNKNOWN\r\n" + REQUEST)).startsWith("HTTP/1.1 404");
            assertThat(answer(gateway, REQUEST)).isEmpty();
            await().untilAsserted(() -> assertThat(log.lines())
                    .anyMatch(line -> line.contains("203.0.113.7"))
                    .anyMatch(line -> line.contains("bad-proxy-header")));
            try (Socket _ = send(gateway, V1); Socket _ = send(gateway, V1)) {
                await().untilAsserted(() -> assertThat(answer(gateway, V1 + REQUEST)).isEmpty());
                assertThat(answer(gateway, V1.replace("113.7", "113.8") + REQUEST))
                        .startsWith("HTTP/1.1 404");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoIsNotListedIsRefused(boolean fast) throws IOException {
        try (RawServer member = member();
                TestGateway gateway = TestGateway.start(yaml(member.port(), "10.0.0.0/8"),
                        "--headgate.fast-path.enabled=" + fast)) {
            assertThat(answer(gateway, V1 + REQUEST)).isEmpty();
            assertThat(answer(gateway, REQUEST)).isEmpty();
            assertThat(gateway.manage("/actuator/prometheus").body()).contains("reason=\"denied\"");
        }
    }
}
