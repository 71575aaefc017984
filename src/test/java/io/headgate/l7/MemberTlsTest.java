package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Pools;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.headgate.testing.Wire;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Members that are spoken to through TLS, by both lanes. */
@ParameterizedClass
@EnumSource(names = {"FAST", "SLOW"})
@SuppressWarnings({"NullAway.Init", "StringConcatToTextBlock"})
class MemberTlsTest {

    @TempDir
    static Path folder;

    private static final List<String> NAMES = new CopyOnWriteArrayList<>();
    private static final List<String> PLAINLY = new CopyOnWriteArrayList<>();
    private static RawServer secured;
    private static RawServer plain;
    private static RawServer cutting;
    private static RawServer switching;
    private static DisposableServer sockets;
    private static TestGateway gateway;

    @Parameter
    Lane lane;

    @BeforeParameterizedClassInvocation
    static void start(Lane lane) throws Exception {
        TestKeys keys = TestKeys.make();
        secured = new RawServer(keys.secured(MemberTlsTest::answer));
        plain = new RawServer(socket -> {
            PLAINLY.add(new String(socket.getInputStream().readNBytes(5), StandardCharsets.ISO_8859_1));
            RawServer.write(socket, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        });
        cutting = new RawServer(keys.secured(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\n\r\nhalf of it"); // and closes without close_notify
        }));
        switching = new RawServer(keys.secured(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
            socket.getOutputStream().write(socket.getInputStream().readNBytes(4));
            socket.getOutputStream().flush();
            socket.getInputStream().read();
        }));
        SslContext context = new JdkSslContext(keys.server(), false, null, IdentityCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED, ClientAuth.NONE, null, false);
        sockets = HttpServer.create().host("127.0.0.1").port(0)
                .secure(ssl -> ssl.sslContext(context))
                .route(routes -> routes.ws("/sockets",
                        (in, out) -> out.sendObject(in.receiveFrames().map(frame -> frame.retain()))))
                .bindNow();
        gateway = TestGateway.start(
                """
                        headgate.pools:
                          good:
                            members: [ "127.0.0.1:%1$d" ]
                            tls: { bundle: authority, server-name: localhost }
                            health: { check: http }
                          by-address: { members: [ "127.0.0.1:%1$d" ], tls: { bundle: authority }, health: { check: none } }
                          wrong-name:
                            members: [ "127.0.0.1:%1$d" ]
                            tls: { bundle: authority, server-name: other.example }
                            health: { check: none }
                          untrusted: { members: [ "127.0.0.1:%1$d" ], tls: { enabled: true }, health: { check: none } }
                          careless: { members: [ "127.0.0.1:%1$d" ], tls: { verify: false, server-name: careless.example }, health: { check: none } }
                          plain: { members: [ "127.0.0.1:%2$d" ], tls: { bundle: authority }, health: { check: none } }
                          cut: { members: [ "127.0.0.1:%3$d" ], tls: { bundle: authority }, health: { check: none } }
                          switch: { members: [ "127.0.0.1:%4$d" ], tls: { bundle: authority }, health: { check: none } }
                          sockets: { members: [ "127.0.0.1:%6$d" ], tls: { bundle: authority, server-name: localhost }, health: { check: none } }
                        spring.ssl.bundle.pem.authority.truststore.certificate: file:%5$s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: good, uri: "lb://good", predicates: [ "Path=/good" ] }
                          - { id: by-address, uri: "lb://by-address", predicates: [ "Path=/by-address" ] }
                          - { id: wrong-name, uri: "lb://wrong-name", predicates: [ "Path=/wrong-name" ] }
                          - { id: untrusted, uri: "lb://untrusted", predicates: [ "Path=/untrusted" ] }
                          - { id: careless, uri: "lb://careless", predicates: [ "Path=/careless" ] }
                          - { id: plain, uri: "lb://plain", predicates: [ "Path=/plain" ] }
                          - { id: cut, uri: "lb://cut", predicates: [ "Path=/cut" ] }
                          - { id: switch, uri: "lb://switch", predicates: [ "Path=/switch" ] }
                          - { id: sockets, uri: "lb://sockets", predicates: [ "Path=/sockets" ] }
                          - { id: fixed, uri: "https://localhost:%1$d", predicates: [ "Path=/fixed" ] }
                        """
                        .formatted(secured.port(), plain.port(), cutting.port(), switching.port(),
                                keys.authority(folder), sockets.port()),
                "--headgate.fast-path.enabled=" + (lane == Lane.FAST));
        await().until(() -> gateway.bean(Pools.class).find("good").orElseThrow().available());
    }

    private static void answer(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) socket).getSession();
        session.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName()).forEach(NAMES::add);
        while (RawServer.readHead(in)) {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        secured.close();
        plain.close();
        cutting.close();
        switching.close();
        sockets.disposeNow();
    }

    @Test
    void aMemberWithTheRightCertificateIsServedThroughOneConnection() throws Exception {
        int before = secured.accepted();
        String get = "GET /good HTTP/1.1\r\nHost: h\r\n\r\n";
        try (Wire client = new Wire(gateway.port())) {
            String answers = client
                    .send(get + get + "GET /good HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .readAll();
            assertThat(answers.split("secret", -1)).hasSize(4);
        }
        assertThat(secured.accepted() - before).isLessThanOrEqualTo(3); // health checks among them
    }

    @Test
    void theAddressWillDoAsAName() {
        assertThat(gateway.get("/by-address").body()).isEqualTo("secret");
    }

    @Test
    void verificationCanBeGivenUpAndStillAskForAName() {
        assertThat(gateway.get("/careless").body()).isEqualTo("secret");
        assertThat(NAMES).contains("careless.example");
    }

    @Test
    void aCertificateForAnotherNameOrFromAnUnknownAuthorityIsRefused() {
        for (String path : new String[]{"/wrong-name", "/untrusted", "/fixed"}) {
            HttpResponse<String> answer = gateway.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(502);
            assertThat(answer.body()).contains("tls-failed").doesNotContain("certificate")
                    .doesNotContain("127.0.0.1");
        }
    }

    @Test
    void aMemberThatDoesNotSpeakTlsIsNeverSpokenToInClear() {
        HttpResponse<String> answer = gateway.get("/plain");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("tls-failed");
        assertThat(PLAINLY).isNotEmpty().noneMatch(text -> text.startsWith("GET"));
    }

    @Test
    void anAnswerThatIsCutOffIsNotTakenForWhole() throws Exception {
        if (lane == Lane.FAST) {
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET /cut HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readAll()).doesNotEndWith("0\r\n\r\n");
            }
        }
    }

    @Test
    void aWebSocketIsSecuredToo() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(
                URI.create("ws://127.0.0.1:" + gateway.port() + "/sockets"), new WebSocket.Listener() {

                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data,
                            boolean last) {
                        answer.complete(data.toString());
                        return null;
                    }
                }).join();
        socket.sendText("hello", true).join();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        socket.abort();
    }

    @Test
    void aTunnelIsSecuredToo() throws Exception {
        if (lane == Lane.FAST) {
            try (Wire client = new Wire(gateway.port())) {
                client.send(
                        "GET /switch HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101");
                client.send("ping");
                assertThat(client.readUntil("ping")).endsWith("ping");
            }
        }
    }
}
