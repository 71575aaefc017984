package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.AccessLines;
import io.headgate.testing.LogLines;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners for HTTP beside {@code server.port}; /fast takes the fast lane, /slow the slow one. */
@SuppressWarnings("NullAway.Init") // before all tests
class HttpListenersTest {

    /** Answers with the head that came, when four bytes have followed it if it says so. */
    private static final RawServer MEMBER = new RawServer(socket -> {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            socket.getInputStream().readNBytes(head.contains("Content-Length: 4\r\n") ? 4 : 0);
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        }
    });
    private static final int FIRST = Ports.free(10);
    private static final int WEB = FIRST;
    private static final int SECURE = FIRST + 1;
    private static final int REDIRECT = FIRST + 2;
    private static final int STRICT = FIRST + 3;
    private static final int CLIENTS = FIRST + 4;
    private static final int PROXIED = FIRST + 5;
    private static final int DOOR = FIRST + 6;
    private static final int ROW = FIRST + 7;
    private static final int LATE = FIRST + 9;

    @TempDir
    private static Path folder;
    private static Path file;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        TestAuthority.write(TestAuthority.ours().authority(), folder, "ca");
        for (String name : List.of("localhost", "shop.example", "*.shop.example")) {
            TestAuthority.write(TestAuthority.ours().issue(name), folder, bundle(name));
        }
        file = folder.resolve("application.yml");
        write("");
        gateway = TestGateway.start(file, "--headgate.reload.watch=false");
        await().until(() -> gateway.get("/fast").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
    }

    private static String bundle(String name) {
        return name.replace("*.", "any-").replace('.', '-');
    }

    private static void write(String more) throws IOException {
        StringBuilder bundles = new StringBuilder();
        for (String name : List.of("localhost", "shop.example", "*.shop.example")) {
            Path at = folder.resolve(bundle(name));
            bundles.append("""
                        %s: { keystore: { certificate: "%s.crt", private-key: "%s.key" },
                              truststore: { certificate: "%s/ca.crt" }, reload-on-update: true }
                    """.formatted(bundle(name), at, at, folder));
        }
        Files.writeString(file,
                """
                        spring.ssl.bundle:
                          watch.file.quiet-period: 100ms
                          pem:
                        %s
                        headgate:
                          access-log.enabled: true
                          forwarded.trusted: [ 10.0.0.0/8 ]
                          pools: { all: { members: [ "%s" ] }, door: { members: [ "127.0.0.1:%d" ] } }
                          listeners:
                            web: { bind: "127.0.0.1:%d", protocol: http }
                            secure:
                              bind: "127.0.0.1:%d"
                              protocol: http
                              tls: { bundle: localhost, certificates: [ { names: [ shop.example ], bundle: shop-example },
                                     { names: [ "*.shop.example" ], bundle: any-shop-example } ] }
                              hsts: { max-age: 1d, include-subdomains: true }
                            redirect: { bind: "127.0.0.1:%d", protocol: http, redirect: secure }
                            strict:
                              bind: "127.0.0.1:%d"
                              protocol: http
                              http2: false
                              tls: { strict-sni: true, certificates: [ { names: [ shop.example ], bundle: shop-example } ] }
                            clients:
                              bind: "127.0.0.1:%d"
                              protocol: http
                              tls: { bundle: localhost, client-auth: need, forward-client-cert: [ client-cert, xfcc ] }
                              client: { max-body-size: 10B }
                            proxied: { bind: "127.0.0.1:%d", protocol: http, proxy-protocol: { accept: [ 127.0.0.1 ] },
                                       deny: [ 10.9.0.0/16 ] }
                            door: { bind: "127.0.0.1:%d", pool: door, tls: { bundle: localhost }, proxy-protocol: { send: v2 } }
                            row: { bind: "127.0.0.1:%d-%d", protocol: http, max-connections: 2 }
                        %s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: secret, uri: "lb://all", predicates: [ "Path=/fast/secret", "Listener=secure, clients" ],
                              filters: [ "AddRequestHeader=X-Way, secret" ] }
                          - { id: secret-slow, uri: "lb://all", predicates: [ "Path=/slow/secret", "Listener=secure" ],
                              filters: [ "AddRequestHeader=X-Way, secret", "PreserveHostHeader", "SaveSession" ] }
                          - { id: shown, uri: "lb://all", predicates: [ "Path=/fast/shown", "ClientCertificate=CN=client.*" ],
                              filters: [ "AddRequestHeader=X-Way, shown" ] }
                          - { id: shown-slow, uri: "lb://all", predicates: [ "Path=/slow/shown", "ClientCertificate=CN=client.*" ],
                              filters: [ "AddRequestHeader=X-Way, shown", "SaveSession" ] }
                          - { id: fast, uri: "lb://all", predicates: [ "Path=/fast/**" ] }
                          - { id: slow, uri: "lb://all", predicates: [ "Path=/slow/**" ], filters: [ "SaveSession" ] }
                        """
                        .formatted(bundles, MEMBER.address(), PROXIED, WEB, SECURE, REDIRECT, STRICT, CLIENTS,
                                PROXIED, DOOR, ROW, ROW + 1, more));
    }

    private static HttpClient client(@Nullable X509Bundle own) {
        return HttpClient.newBuilder().sslContext(TestAuthority.ours().context(own)).build();
    }

    private static HttpResponse<String> get(HttpClient client, String uri) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(60)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Wire shake(int port, @Nullable String name) throws IOException {
        SSLSocket socket = (SSLSocket) TestAuthority.ours().context(null).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
        if (name != null) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return new Wire(socket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void bothLanesServeEachOfThem(String lane) throws Exception {
        try (AccessLines access = new AccessLines(); HttpClient client = client(null)) {
            String path = "/" + lane + "/each";
            HttpResponse<String> plain = get(client, "http://localhost:" + WEB + path);
            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(plain.body()).containsIgnoringCase("X-Forwarded-Proto: http\r\n");
            HttpResponse<String> secure = get(client, "https://localhost:" + SECURE + path);
            assertThat(secure.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(secure.body()).containsIgnoringCase("X-Forwarded-Proto: https\r\n")
                    .containsIgnoringCase("X-Forwarded-Port: " + SECURE + "\r\n");
            assertThat(secure.headers().firstValue("strict-transport-security"))
                    .hasValue("max-age=86400; includeSubDomains");
            assertThat(plain.headers().firstValue("strict-transport-security")).isEmpty();
            for (int port : new int[]{ROW, ROW + 1}) {
                assertThat(get(client, "http://127.0.0.1:" + port + path).statusCode()).isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> lines(access, path).size() == 4);
            assertThat(lines(access, path)).allMatch(line -> line.contains("lane=" + lane));
            assertThat(lines(access, path)).filteredOn(line -> line.contains("listener=web ")).hasSize(1);
            assertThat(lines(access, path)).filteredOn(line -> line.contains("listener=secure ")).hasSize(1);
            assertThat(lines(access, path)).filteredOn(line -> line.contains("listener=row ")).hasSize(2);
        }
    }

    /** Those of one target: a line of an earlier test may come late. */
    private static List<String> lines(AccessLines access, String target) {
        return access.lines().stream().filter(line -> line.contains("target=" + target + " ")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void aRouteMayBeForSomeListenersOnly(String lane) {
        try (HttpClient client = client(null)) {
            String path = "/" + lane + "/secret";
            assertThat(get(client, "https://localhost:" + SECURE + path).body()).contains("X-Way: secret");
            assertThat(get(client, "http://localhost:" + WEB + path).body()).doesNotContain("X-Way");
            assertThat(gateway.get(path).body()).doesNotContain("X-Way");
        }
    }

    @Test
    void eachNameHasItsCertificateAndEveryOtherTheDefault() throws Exception {
        for (String[] asked : new String[][]{{"shop.example", "CN=shop.example"},
                {"a.shop.example", "CN=*.shop.example"}, {"a.b.shop.example", "CN=*.shop.example"},
                {"other.example", "CN=localhost"}, {null, "CN=localhost"}}) {
            try (Wire client = shake(SECURE, asked[0])) {
                X509Certificate shown = (X509Certificate) ((SSLSocket) client.socket()).getSession()
                        .getPeerCertificates()[0];
                assertThat(shown.getSubjectX500Principal().getName()).isEqualTo(asked[1]);
            }
        }
    }

    @Test
    void strictSniRefusesTheNamesThatItDoesNotKnow() throws Exception {
        try (AccessLines access = new AccessLines()) {
            try (Wire known = shake(STRICT, "shop.example")) {
                assertThat(known.send("GET /fast HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
                        .readAll()).startsWith("HTTP/1.1 200 ");
            }
            assertThatThrownBy(() -> shake(STRICT, "other.example")).isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("unrecognized_name");
            assertThatThrownBy(() -> shake(STRICT, null)).isInstanceOf(SSLHandshakeException.class);
            await().untilAsserted(() -> assertThat(access.lines())
                    .filteredOn(line -> line.contains("reason=client-tls-failed")
                            && line.contains("listener=strict "))
                    .hasSize(2));
        }
    }

    @Test
    void whoShowsNoCertificateIsNotServedWhereOneIsNeeded() {
        try (HttpClient without = client(null);
                HttpClient with = client(TestAuthority.ours().issue("client.example"));
                HttpClient foreign = client(TestAuthority.foreign().issue("client.example"))) {
            String uri = "https://localhost:" + CLIENTS + "/fast/secret";
            assertThat(get(with, uri).body()).contains("X-Way: secret");
            assertThatThrownBy(() -> get(without, uri)).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> get(foreign, uri)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void membersAreToldOfTheCertificate(String lane) throws Exception {
        X509Bundle own = TestAuthority.ours().issue("client.example");
        String der = Base64.getEncoder().encodeToString(own.getCertificate().getEncoded());
        try (HttpClient with = client(own);
                HttpClient other = client(TestAuthority.ours().issue("x.example"));
                HttpClient without = client(null)) {
            String uri = "https://localhost:" + CLIENTS + "/" + lane + "/x";
            assertThat(get(with, uri).body()).containsIgnoringCase("Client-Cert: :" + der + ":\r\n")
                    .containsIgnoringCase("X-Forwarded-Client-Cert: Hash=")
                    .contains(";Subject=\"CN=client.example\";DNS=\"client.example\"");
            assertThat(get(without, "https://localhost:" + SECURE + "/" + lane + "/x").body())
                    .doesNotContainIgnoringCase("client-cert");
            String shown = "https://localhost:" + CLIENTS + "/" + lane + "/shown";
            assertThat(get(with, shown).body()).contains("X-Way: shown");
            assertThat(get(other, shown).body()).doesNotContain("X-Way");
        }
    }

    @Test
    void aListenerMayHaveLimitsOfItsOwn() throws Exception {
        try (HttpClient with = client(TestAuthority.ours().issue("client.example"))) {
            HttpRequest.Builder request = HttpRequest.newBuilder().timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofString("more than ten bytes"));
            assertThat(with.send(request.uri(URI.create("https://localhost:" + CLIENTS + "/fast")).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(413);
            assertThat(with.send(request.uri(URI.create("https://localhost:" + SECURE + "/fast")).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void oneConnectionTooManyIsReset() throws Exception {
        try (Wire first = new Wire(ROW); Wire second = new Wire(ROW + 1)) {
            first.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("\r\n\r\n");
            second.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("\r\n\r\n");
            try (Wire third = new Wire(ROW)) {
                assertThat(third.readAll()).isEqualTo("<reset>");
            }
            assertThat(gateway.manage("/actuator/listeners/row").body()).contains("\"protocol\":\"http\"",
                    "\"open\":2", "\"refused\":1");
            assertThat(gateway.manage("/actuator/listeners/row/connections").body()).contains("\"total\":2");
            gateway.command("/actuator/listeners/row/connections", "{\"close\": \"all\"}");
            assertThat(first.readAll()).endsWith("<reset>");
            assertThat(second.readAll()).endsWith("<reset>");
        }
        await().until(() -> gateway.manage("/actuator/listeners/row").body().contains("\"open\":0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fast/a?b=c%20d", "/slow/a?b=c%20d", "/nowhere"})
    void clientsAreSentToTheSecureListener(String target) {
        try (HttpClient client = client(null)) {
            HttpResponse<String> answer = get(client, "http://localhost:" + REDIRECT + target);
            assertThat(answer.statusCode()).isEqualTo(308);
            assertThat(answer.headers().firstValue("location"))
                    .hasValue("https://localhost:" + SECURE + target);
        }
    }

    /** OPTIONS with CORS's headers, and methods that the fast lane does not know, take the slow lane. */
    @Test
    void noRequestGetsPastARedirect() throws Exception {
        for (String head : List.of(
                "OPTIONS /fast HTTP/1.1\r\nHost: x\r\nOrigin: y\r\nAccess-Control-Request-Method: GET\r\n",
                "PROPFIND /fast HTTP/1.1\r\nHost: x\r\n", "GET /fast HTTP/1.1\r\nHost: x_y\r\n",
                "POST /fast HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n")) {
            try (Wire client = new Wire(REDIRECT)) {
                assertThat(client.send(head + "Connection: close\r\n\r\nabc").readAll())
                        .startsWith("HTTP/1.1 308 ").containsIgnoringCase("location: https://x");
            }
        }
    }

    /** TLS ends at layer 4, and a PROXY header says so. */
    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void behindALayer4ListenerTheSchemeIsTheClients(String lane) throws Exception {
        try (Wire through = shake(DOOR, null); Wire beside = new Wire(PROXIED)) {
            String request = "GET /" + lane + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            assertThat(through.send(request).readAll()).containsIgnoringCase("X-Forwarded-Proto: https\r\n");
            assertThat(beside.send("PROXY TCP4 10.1.2.3 10.0.0.1 1234 80\r\n" + request).readAll())
                    .containsIgnoringCase("X-Forwarded-Proto: http\r\n")
                    .containsIgnoringCase("X-Forwarded-For: 10.1.2.3\r\n");
        }
        try (Wire denied = new Wire(PROXIED)) {
            assertThat(denied.send("PROXY TCP4 10.9.2.3 10.0.0.1 1234 80\r\nGET /").readAll())
                    .doesNotContain("HTTP/1.1");
        }
    }

    private static String series() {
        return gateway.manage("/actuator/prometheus").body().lines().filter(
                line -> line.startsWith("headgate_client") || line.startsWith("headgate_http2")
                        || line.startsWith("headgate_tls"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void listenersComeAndGoAndChangeWithoutTheOthersConnections() throws Exception {
        try (Wire stays = new Wire(WEB); Wire leaves = shake(SECURE, "shop.example")) {
            String request = "GET /fast HTTP/1.1\r\nHost: x\r\n\r\n";
            stays.send(request).readUntil("\r\n\r\n");
            leaves.send(request).readUntil("\r\n\r\n");
            write("    late: { bind: \"127.0.0.1:" + LATE
                    + "\", protocol: http, tls: { bundle: localhost } }");
            assertThat(gateway.command("/actuator/reload", "").body()).contains("\"added\":[\"late\"]");
            try (HttpClient client = client(null)) {
                assertThat(get(client, "https://localhost:" + LATE + "/fast").statusCode()).isEqualTo(200);
                write("    late: { bind: \"127.0.0.1:" + LATE + "\", protocol: http, http2: false }");
                assertThat(gateway.command("/actuator/reload", "").body()).contains("\"changed\":[\"late\"]");
                assertThat(get(client, "http://localhost:" + LATE + "/slow").statusCode()).isEqualTo(200);
            }
            try (Wire busy = new Wire(LATE); Wire idle = new Wire(LATE)) {
                busy.send("POST /fast HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
                idle.send(request).readUntil("\r\n\r\n");
                await().until(() -> gateway.manage("/actuator/listeners/late").body().contains("\"open\":2"));
                assertThat(series()).contains("headgate_client_connections{listener=\"late\"} 2.0",
                        "headgate_http2_streams{listener=\"secure\"} ");
                write("");
                assertThat(gateway.command("/actuator/reload", "").body()).contains("\"removed\":[\"late\"]");
                idle.readAll();
                assertThat(busy.send("cd").readAll()).startsWith("HTTP/1.1 200 ")
                        .containsIgnoringCase("connection: close");
            }
            assertThatThrownBy(() -> new Wire(LATE)).isInstanceOf(ConnectException.class);
            assertThat(series()).contains("{listener=\"secure\"}").doesNotContain("late");
            stays.send(request).readUntil("GET /fast HTTP/1.1");
            leaves.send(request).readUntil("GET /fast HTTP/1.1");
        }
    }

    @Test
    void aBrokenCertificateKeepsTheLastGoodOne() throws Exception {
        Path certificate = folder.resolve("any-shop-example.crt");
        String before = Files.readString(certificate);
        try (LogLines log = new LogLines("ROOT")) {
            Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> log.lines().stream().anyMatch(line -> line.contains("bundle")));
            try (Wire client = shake(SECURE, "a.shop.example")) {
                assertThat(
                        client.send("GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").readAll())
                        .startsWith("HTTP/1.1 200 ");
            }
        } finally {
            Files.writeString(certificate, before);
        }
    }
}
