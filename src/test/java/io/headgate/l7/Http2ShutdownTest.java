package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http2ShutdownTest {

    private static final String SOON = "GOAWAY " + Integer.MAX_VALUE + " error 0";

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();

    /** The first request is answered when it may be, others at once. */
    private void serve(Socket socket) throws IOException {
        if (!RawServer.readHead(socket)) {
            return;
        }
        if (requests.incrementAndGet() == 1) {
            try {
                assertThat(mayAnswer.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        RawServer.write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        socket.close();
    }

    private static boolean accepts(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static FrameClient connect(TestGateway gateway, boolean tls, TestKeys keys) throws Exception {
        return tls ? new FrameClient(keys.trusting(), gateway.port()) : new FrameClient(gateway.port());
    }

    @ParameterizedTest
    @CsvSource({"700ms, true", "0s, true", "700ms, false"})
    void clientsAreToldToGoAndWhatIsInFlightIsAnswered(String delay, boolean tls, @TempDir Path folder)
            throws Exception {
        TestKeys keys = TestKeys.make();
        try (RawServer member = new RawServer(this::serve);
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          pools: { a: { members: ["127.0.0.1:%d"], health: { check: none } } }
                          shutdown.delay: %s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: one, uri: "lb://a", predicates: [ "Path=/**" ] }
                        server: { http2.enabled: true, ssl.enabled: %s, ssl.bundle: test }
                        spring.ssl.bundle.jks.test.keystore: { location: "file:%s", password: secret }
                        """.formatted(member.port(), delay, tls, keys.store(folder)));
                FrameClient busy = connect(gateway, tls, keys);
                FrameClient used = connect(gateway, tls, keys);
                FrameClient idle = connect(gateway, tls, keys)) {
            int port = gateway.port();
            assertThat(busy.next()).isEqualTo("settings");
            busy.get("/");
            await().until(() -> requests.get() == 1);
            assertThat(used.next()).isEqualTo("settings");
            used.get("/");
            assertThat(used.next()).isEqualTo("answered 1");
            assertThat(idle.next()).isEqualTo("settings");

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::close);
            assertThat(busy.next()).isEqualTo(SOON);
            int last = 1;
            if (!delay.equals("0s")) { // sent before the client knew
                busy.get("/");
                assertThat(busy.next()).isEqualTo("answered 3");
                last = 3;
            }
            assertThat(busy.next()).isEqualTo("GOAWAY " + last + " error 0");
            assertThat(used.rest()).containsExactly(SOON, "GOAWAY 1 error 0");
            assertThat(idle.rest()).containsExactly(SOON, "GOAWAY 0 error 0");
            await().until(() -> !accepts(port));
            mayAnswer.countDown();
            assertThat(busy.rest()).containsExactly("answered 1");
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    /** What a client has sent before it knew what is the last cannot be called back. */
    @Test
    void whatComesAfterTheLastStreamIsRefusedAndNothingElse() throws Exception {
        try (RawServer member = new RawServer(this::serve);
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          pools: { a: { members: ["127.0.0.1:%d"], health: { check: none } } }
                          shutdown.delay: 0s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: one, uri: "lb://a", predicates: [ "Path=/**" ] }
                        server: { http2.enabled: true }
                        """.formatted(member.port()));
                FrameClient client = new FrameClient(gateway.port())) {
            int first = client.get("/");
            await().until(() -> requests.get() == 1);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::close);
            while (client.goAway == null) {
                assertThat(client.read()).isTrue();
            }
            assertThat(client.goAway).isEqualTo(Integer.MAX_VALUE + " error 0");
            int late = client.post("/");
            client.data(late, "x", false);
            while (!client.goAway.startsWith(late + " ") && !client.goAway.startsWith(first + " ")) {
                assertThat(client.read()).isTrue();
            }
            String last = client.goAway;
            for (int i = 0; i < 10; i++) {
                int stream = client.post("/");
                client.data(stream, "x", false);
                client.grant(stream, 1);
                client.data(stream, "x", true);
                assertThat(client.whole(stream).reset).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
            }
            client.data(late, "x", true);
            assertThat(client.whole(late).status()).isEqualTo(200);
            mayAnswer.countDown();
            assertThat(client.whole(first).body()).isEqualTo("ok");
            client.drain();
            assertThat(client.goAway).isEqualTo(last);
            stopped.get(20, TimeUnit.SECONDS);
        }
    }
}
