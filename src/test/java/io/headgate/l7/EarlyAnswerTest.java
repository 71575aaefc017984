package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.SocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has its answer before it has sent all of its request can read it, with TLS as without. */
class EarlyAnswerTest {

    /** More than any socket holds that is not read. */
    private static final int BODY = 8 << 20;

    @TempDir
    private Path folder;

    /**
     * The route refuses the first path, the guard of client connections the second, and the first too in the
     * end.
     */
    @ParameterizedTest
    @CsvSource({"false, /small, 1.0 kB", "false, /x, body-too-large", "true, /small, 1.0 kB",
            "true, /x, body-too-large"})
    void aRefusedUploadHasItsAnswer(boolean secure, String path, String sign)
            throws IOException, InterruptedException, GeneralSecurityException {
        TestKeys keys = TestKeys.make();
        SocketFactory sockets = secure ? keys.trusting().getSocketFactory() : SocketFactory.getDefault();
        String[] tls = secure
                ? new String[]{"--server.ssl.bundle=test",
                        "--spring.ssl.bundle.jks.test.keystore.location=file:" + keys.store(folder),
                        "--spring.ssl.bundle.jks.test.keystore.password=secret"}
                : new String[0];
        try (RawServer member = new RawServer(RawServer::swallow);
                TestGateway gateway = TestGateway.start(rules(member.port()), tls)) {
            for (int i = 0; i < 20; i++) {
                try (Wire client = new Wire(
                        sockets.createSocket(InetAddress.getLoopbackAddress(), gateway.port()))) {
                    upload(client.socket(), path);
                    assertThat(client.readAll()).startsWith("HTTP/1.1 413 ").contains(sign).endsWith("\n");
                }
            }
        }
    }

    /** The rest of the request ends it, not the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterTheRestOfTheRequestTheConnectionIsIdle(boolean fast) throws IOException {
        try (RawServer member = new RawServer(RawServer.answering("fine"));
                TestGateway gateway = TestGateway.start(rules(member.port()),
                        "--headgate.fast-path.enabled=" + fast, "--headgate.client.idle-timeout=500ms");
                Wire client = new Wire(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
            if (fast) { // the slow lane keeps the answer back until then
                client.readUntil("fine");
            }
            assertThat(client.send("body").readAll()).endsWith(fast ? "" : "fine");
        }
    }

    /** Its close resets the connection, for it has not read all that came. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMemberThatAnswersAndClosesIsHeard(boolean secure)
            throws IOException, GeneralSecurityException, InterruptedException {
        TestKeys keys = TestKeys.make();
        RawServer.Behaviour refusing = socket -> {
            socket.getInputStream().readNBytes(BODY / 32);
            RawServer.write(socket, "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nnever");
            socket.close();
        };
        try (RawServer member = new RawServer(secure ? keys.secured(refusing) : refusing);
                TestGateway gateway = TestGateway.start(
                        rules(member.port()), "--headgate.client.max-body-size=100MB",
                        "--headgate.pools.web.tls.enabled=" + secure,
                        "--headgate.pools.web.tls.verify=false")) {
            for (int i = 0; i < 30; i++) {
                try (Wire client = new Wire(gateway.port())) {
                    upload(client.socket(), "/x");
                    assertThat(client.readAll()).startsWith("HTTP/1.1 403 ").endsWith("never");
                }
            }
        }
    }

    private static String rules(int member) {
        return """
                headgate.client.max-body-size: 1MB
                headgate.pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: small
                    uri: lb://web
                    predicates: [ "Path=/small" ]
                    filters: [ { name: RequestSize, args: { maxSize: 1KB } } ]
                  - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(member);
    }

    /** Sends all of it before it reads: a connection that is reset would not take that much. */
    private static void upload(Socket socket, String path) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int sent = 0; sent < BODY; sent += chunk.length) {
            out.write(chunk);
        }
    }
}
