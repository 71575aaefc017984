package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL's client and curl see of listeners with TLS. */
@NeedsTool({"openssl", "curl"})
@SuppressWarnings("NullAway.Init") // before all tests
class RealTlsClientsTest {

    private static final RawServer MEMBER = new RawServer(RawServer.answering("hello"));
    private static final int FIRST = Ports.free(4);
    private static final int OPEN = FIRST;
    private static final int NEED = FIRST + 1;
    private static final int WANT = FIRST + 2;
    private static final int REDIRECT = FIRST + 3;

    @TempDir
    private static Path folder;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        TestAuthority.write(TestAuthority.ours().authority(), folder, "ca");
        for (String name : List.of("localhost", "one.example", "two.example", "client.example")) {
            TestAuthority.write(TestAuthority.ours().issue(name), folder, name);
        }
        StringBuilder bundles = new StringBuilder();
        for (String name : List.of("localhost", "one.example", "two.example")) {
            bundles.append("""
                        %s: { keystore: { certificate: "%s.crt", private-key: "%s.key" },
                              truststore: { certificate: "%s/ca.crt" } }
                    """.formatted(name.replace('.', '-'), folder.resolve(name), folder.resolve(name),
                    folder));
        }
        gateway = TestGateway
                .start("""
                        spring.ssl.bundle.pem:
                        %s
                        headgate:
                          pools: { all: { members: [ "%s" ] } }
                          listeners:
                            open: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: localhost, certificates: [
                                    { names: [ one.example ], bundle: one-example },
                                    { names: [ two.example ], bundle: two-example } ] } }
                            need: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: localhost, client-auth: need } }
                            want: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: localhost, client-auth: want } }
                            redirect: { bind: "127.0.0.1:%d", protocol: http, redirect: open }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://all", predicates: [ "Path=/**" ] }
                        """
                        .formatted(bundles, MEMBER.address(), OPEN, NEED, WANT, REDIRECT));
        await().until(() -> gateway.get("/").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
    }

    /** What it wrote, whatever its exit status. */
    private static String run(String input, String... command) throws Exception {
        Path in = Files.writeString(folder.resolve("input"), input);
        Path out = Files.createTempFile(folder, "tool", ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(in.toFile())
                .redirectOutput(out.toFile()).start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(out);
        assertThat(ended).as("%s ends: %s", List.of(command), text).isTrue();
        return text;
    }

    /** Shakes hands, sends a request, and reads to the end. */
    private static String openssl(int port, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Tool.path("openssl"), "s_client", "-connect",
                "127.0.0.1:" + port, "-CAfile", folder.resolve("ca.crt").toString(), "-ign_eof"));
        command.addAll(List.of(options));
        return run("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                command.toArray(String[]::new));
    }

    private static String curl(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Tool.path("curl"), "-sS", "--max-time", "30",
                "--cacert", folder.resolve("ca.crt").toString()));
        command.addAll(List.of(options));
        return run("", command.toArray(String[]::new));
    }

    private static Path session() {
        return new File(folder.toFile(), "session-" + System.identityHashCode(new Object())).toPath();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aSessionIsResumedWhereItWasMade(String version) throws Exception {
        Path session = session();
        assertThat(openssl(OPEN, version, "-servername", "one.example", "-sess_out", session.toString()))
                .contains("New, TLS").contains("hello");
        assertThat(openssl(OPEN, version, "-servername", "one.example", "-sess_in", session.toString()))
                .contains("Reused, TLS").contains("hello");
    }

    /** A ticket of one name or listener would let a client in elsewhere without the certificate asked for. */
    @ParameterizedTest
    @CsvSource({"-tls1_2, two.example, open", "-tls1_3, two.example, open", "-tls1_2, one.example, need",
            "-tls1_3, one.example, need", "-tls1_2, localhost, need", "-tls1_3, localhost, need",
            "-tls1_2, localhost, want", "-tls1_3, localhost, want"})
    void andNowhereElse(String version, String name, String listener) throws Exception {
        Path session = session();
        String made = name.equals("localhost") ? "localhost" : "one.example";
        assertThat(openssl(OPEN, version, "-servername", made, "-sess_out", session.toString()))
                .contains("hello");
        String again = openssl(
                listener.equals("open") ? OPEN : listener.equals("need") ? NEED : WANT, version,
                "-servername", name, "-sess_in", session.toString());
        assertThat(again).doesNotContain("Reused, TLS");
        if (listener.equals("need")) {
            assertThat(again).doesNotContain("hello").contains("alert");
        } else {
            assertThat(again).contains("hello");
        }
    }

    /** Its own ticket still stands for the certificate that the client showed when it got it. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aResumedSessionHasTheCertificateThatBeganIt(String version) throws Exception {
        Path session = session();
        String[] shown = {version, "-servername", "localhost", "-cert",
                folder.resolve("client.example.crt").toString(), "-key",
                folder.resolve("client.example.key").toString(), "-sess_out", session.toString()};
        assertThat(openssl(NEED, shown)).contains("hello");
        assertThat(openssl(NEED, version, "-servername", "localhost", "-sess_in", session.toString()))
                .contains("hello");
    }

    @Test
    void curlSpeaksBothProtocolsAndFollowsTheRedirect() throws Exception {
        String resolve = "localhost:" + OPEN + ":127.0.0.1";
        assertThat(curl("--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "--resolve",
                resolve, "https://localhost:" + OPEN + "/")).isEqualTo("2 200");
        assertThat(curl("--http1.1", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "--resolve",
                resolve, "https://localhost:" + OPEN + "/")).isEqualTo("1.1 200");
        assertThat(curl("--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                "http://localhost:" + REDIRECT + "/")).isEqualTo("2 308");
        assertThat(curl("-L", "--resolve", resolve, "-w", " %{num_redirects} %{url_effective}",
                "http://localhost:" + REDIRECT + "/a?b"))
                .isEqualTo("hello 1 https://localhost:" + OPEN + "/a?b");
    }
}
