package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Lane;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path in the whole application: behind TLS, and while it ends. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class ApplicationTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private static String routes(int port) {
        return """
                headgate.pools.p.members: [ "127.0.0.1:%d" ]
                spring.cloud.gateway.server.webflux.routes:
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(port);
    }

    private static double served(TestGateway gateway, Lane lane) {
        return gateway.bean(MeterRegistry.class).find("headgate.requests")
                .tag("lane", lane.name().toLowerCase(Locale.ROOT)).timers().stream()
                .mapToDouble(timer -> timer.count()).sum();
    }

    @Test
    void whatHasBegunIsServedToItsEndAtShutdown() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            await().until(() -> answer.getCount() == 0);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
            wire.head();
        })) {
            TestGateway gateway = TestGateway.start(routes(member.port()));
            await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 1);
            try (Wire client = new Wire(gateway.port()); Wire idle = new Wire(gateway.port())) {
                client.send(GET);
                await().until(() -> !member.seen.isEmpty());
                Thread closing = Thread.ofVirtual().start(gateway::close);
                assertThat(idle.rest()).isEmpty();
                assertThat(closing.isAlive()).isTrue();
                answer.countDown();
                assertThat(client.rest()).startsWith("HTTP/1.1 200 OK")
                        .containsIgnoringCase("connection: close")
                        .endsWith("late");
                closing.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tlsIsServedByTheFastLane(boolean http2, @TempDir Path folder) throws Exception {
        TestKeys keys = TestKeys.make();
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                TestGateway gateway = TestGateway.start(routes(member.port()), "--server.ssl.bundle=test",
                        "--spring.ssl.bundle.jks.test.keystore.location=file:" + keys.store(folder),
                        "--spring.ssl.bundle.jks.test.keystore.password=secret",
                        "--server.http2.enabled=" + http2)) {
            await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 1);
            SSLContext trusting = keys.trusting();
            for (String protocol : new String[]{"http/1.1", ""}) {
                SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(
                        InetAddress.getLoopbackAddress(), gateway.port());
                if (!protocol.isEmpty()) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setApplicationProtocols(new String[]{protocol});
                    socket.setSSLParameters(parameters);
                }
                try (Wire client = new Wire(socket)) {
                    assertThat(client.send(GET + GET).message()).endsWith("ok");
                    assertThat(client.message()).endsWith("ok");
                }
            }
            assertThat(member.seen).hasSize(4)
                    .allMatch(request -> request.contains("X-Forwarded-Proto: https")
                            && request.contains("X-Forwarded-Port: 443"));
            await().until(() -> served(gateway, Lane.FAST) == 4);
        }
    }

    @Test
    void aClientThatSpeaksHttp2IsServedByTheFastLane(@TempDir Path folder) throws Exception {
        TestKeys keys = TestKeys.make();
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                TestGateway gateway = TestGateway.start(routes(member.port()), "--server.ssl.bundle=test",
                        "--spring.ssl.bundle.jks.test.keystore.location=file:" + keys.store(folder),
                        "--spring.ssl.bundle.jks.test.keystore.password=secret",
                        "--server.http2.enabled=true");
                HttpClient client = HttpClient.newBuilder().sslContext(keys.trusting()).build()) {
            await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 1);
            URI target = URI.create("https://127.0.0.1:" + gateway.port() + "/");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                HttpRequest.Builder request = HttpRequest.newBuilder(target);
                answers.add(client.sendAsync(
                        i % 2 == 0
                                ? request.build()
                                : request.POST(HttpRequest.BodyPublishers.ofString("x".repeat(i * 1000)))
                                        .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            assertThat(answers).allSatisfy(answer -> {
                HttpResponse<String> got = answer.get(20, TimeUnit.SECONDS);
                assertThat(got.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(got.body()).isEqualTo("ok");
            });
            await().until(() -> served(gateway, Lane.FAST) == 50);
            HttpRequest old = HttpRequest.newBuilder(target).version(HttpClient.Version.HTTP_1_1).build();
            assertThat(client.send(old, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("ok");
        }
    }
}
