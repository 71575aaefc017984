package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hold a listener with TLS up, and certificates that change under load. The long profile:
 * {@code -Dedge.half=5000 -Dedge.swaps=50}.
 */
@SuppressWarnings("NullAway.Init") // before all tests
class HttpListenersAttackTest {

    private static final int HALF = Integer.getInteger("edge.half", 500);
    private static final int SWAPS = Integer.getInteger("edge.swaps", 4);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private static final RawServer MEMBER = new RawServer(RawServer.answering("hello"));
    private static final int PORT = Ports.free();

    @TempDir
    private static Path folder;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        TestAuthority.write(TestAuthority.ours().issue("localhost"), folder, "own");
        gateway = TestGateway
                .start("""
                        spring.ssl.bundle:
                          watch.file.quiet-period: 20ms
                          pem.own: { reload-on-update: true, keystore: { certificate: "%s/own.crt", private-key: "%s/own.key" } }
                        headgate:
                          pools: { all: { members: [ "%s" ] } }
                          listeners:
                            secure: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: own, handshake-timeout: 20s } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://all", predicates: [ "Path=/**" ] }
                        """
                        .formatted(folder, folder, MEMBER.address(), PORT));
        await().until(() -> gateway.get("/").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
    }

    private static Wire shake() throws IOException {
        SSLSocket socket = (SSLSocket) TestAuthority.ours().context(null).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), PORT);
        socket.startHandshake();
        return new Wire(socket);
    }

    private static byte[] hello() throws Exception {
        SSLEngine engine = TestAuthority.ours().context(null).createSSLEngine("localhost", PORT);
        engine.setUseClientMode(true);
        java.nio.ByteBuffer record = java.nio.ByteBuffer.allocate(32 * 1024);
        engine.wrap(java.nio.ByteBuffer.allocate(0), record);
        record.flip();
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        return bytes;
    }

    @Test
    void halfHandshakesHoldNobodyUp() throws Exception {
        byte[] hello = hello();
        List<Socket> half = new ArrayList<>();
        try {
            for (int i = 0; i < HALF; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT);
                half.add(socket);
                socket.getOutputStream().write(hello, 0, i % hello.length); // from nothing to nearly all
            }
            for (int i = 0; i < 5; i++) {
                try (Wire client = shake()) {
                    assertThat(client.send(REQUEST).readAll()).endsWith("hello");
                }
            }
            assertThat(gateway.manage("/actuator/listeners/secure").body())
                    .containsPattern("\"open\":" + "\\d{3,}");
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(
                () -> gateway.manage("/actuator/listeners/secure").body().contains("\"open\":0"));
    }

    /** Each byte of the ClientHello in a record of its own (RFC 8446, 5.1, allows that). */
    @Test
    void aClientHelloInRecordsOfOneByteIsRead() throws Exception {
        byte[] hello = hello();
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int i = 5; i < hello.length; i++) {
            pieces.writeBytes(new byte[]{hello[0], hello[1], hello[2], 0, 1, hello[i]});
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(pieces.toByteArray());
            assertThat(socket.getInputStream().read()).as("a handshake, or an alert").isIn(22, 21);
        }
        try (Wire client = shake()) {
            assertThat(client.send(REQUEST).readAll()).endsWith("hello");
        }
    }

    /** It says that it is 16 MB long, and begins to send that. */
    @Test
    void aClientHelloOfAnyLengthIsNotRead() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
            socket.setSoTimeout(20_000);
            byte[] record = new byte[5 + 16_000];
            record[0] = 22;
            record[1] = 3;
            record[2] = 1;
            record[3] = (byte) (16_000 >> 8);
            record[4] = (byte) 16_000;
            record[5] = 1;
            record[6] = (byte) 0xff;
            record[7] = (byte) 0xff;
            record[8] = (byte) 0xf0;
            int end = 0;
            try {
                for (int i = 0; i < 20 && end >= 0; i++) {
                    socket.getOutputStream().write(record);
                }
                end = socket.getInputStream().read();
                end = end == 21 ? socket.getInputStream().readAllBytes().length : end;
            } catch (IOException e) {
                end = -1; // a reset
            }
            assertThat(end).as("closed, perhaps after an alert").isLessThan(100);
        }
    }

    @Test
    void noHandshakeFailsWhileCertificatesAreSwapped() throws Exception {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        AtomicInteger served = new AtomicInteger();
        Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
        Thread load = Thread.ofVirtual().start(() -> {
            while (goesOn.get()) {
                try (Wire client = shake()) {
                    if (!client.send(REQUEST).readAll().endsWith("hello")) {
                        failed.add(new AssertionError("no answer"));
                    }
                    served.incrementAndGet();
                } catch (IOException | RuntimeException e) {
                    failed.add(e);
                }
            }
        });
        for (int i = 0; i < SWAPS; i++) {
            String name = "swap" + i + ".example";
            TestAuthority.write(TestAuthority.ours().issue(name, "localhost"), folder, "own");
            await().atMost(Duration.ofSeconds(60)).until(() -> shown().equals("CN=" + name));
        }
        Files.writeString(folder.resolve("own.key"), "broken");
        int before = served.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> served.get() > before + 5);
        goesOn.set(false);
        load.join();
        assertThat(failed).isEmpty();
        assertThat(served.get()).isGreaterThan(SWAPS);
    }

    private static String shown() throws IOException {
        try (Wire client = shake()) {
            X509Certificate shown = (X509Certificate) ((SSLSocket) client.socket()).getSession()
                    .getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }
}
