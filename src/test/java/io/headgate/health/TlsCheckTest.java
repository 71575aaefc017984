package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.testing.RawServer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsCheckTest {

    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Names names = new Names(loops.transport());

    @SuppressWarnings("NullAway.Init")
    private TestCertificate certificate;
    @SuppressWarnings("NullAway.Init")
    private DisposableServer server;

    @BeforeAll
    void start() throws IOException {
        certificate = TestCertificate.make();
        SslContext context = certificate.server();
        server = HttpServer.create().runOn(loops).host("127.0.0.1").port(0)
                .secure(spec -> spec.sslContext(context))
                .handle((request, response) -> response.header("host", String.valueOf(
                        request.requestHeaders().get("host"))).status(200).send())
                .bindNow();
    }

    @AfterAll
    void close() {
        server.disposeNow();
        names.close();
        loops.close();
    }

    @Test
    void passesWhereTheCertificateIsTrustedAndForTheServerName() throws Exception {
        CheckTls tls = new CheckTls(certificate.trusting(), "orders.internal");
        assertThat(tcp(tls, server.port())).isEqualTo(Finding.passed("connected with TLS"));
        assertThat(http(tls)).isEqualTo(Finding.passed("HTTP 200 OK"));
    }

    @Test
    void failsWhereTheCertificateIsForAnotherName() throws Exception {
        Finding finding = tcp(new CheckTls(certificate.trusting(), "other.internal"), server.port());
        assertThat(finding.passed()).isFalse();
        assertThat(finding.detail()).startsWith("TLS: ").contains("other.internal");
    }

    @Test
    void failsWhereTheCertificateIsNotTrusted() throws Exception {
        Finding finding = tcp(
                new CheckTls(SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build(),
                        "orders.internal"),
                server.port());
        assertThat(finding.passed()).isFalse();
        assertThat(finding.detail()).startsWith("TLS: ");
    }

    @Test
    void failsOnAServerThatDoesNotSpeakTls() throws Exception {
        try (RawServer plain = new RawServer(
                socket -> socket.getOutputStream()
                        .write("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.UTF_8)))) {
            assertThat(tcp(new CheckTls(certificate.trusting(), null), plain.port()).detail())
                    .startsWith("TLS: ");
        }
    }

    @Test
    void aHandshakeThatHangsIsEndedByTheTimeout() throws Exception {
        try (RawServer silent = new RawServer(RawServer.SILENT)) {
            Finding finding = CheckRun.of(new TcpCheck(dial(new CheckTls(certificate.trusting(), null))),
                    loops.next(), silent.port(), Duration.ofMillis(200));
            assertThat(finding).isEqualTo(Finding.failed("no answer within 200 ms"));
        }
    }

    private Finding tcp(CheckTls tls, int port) throws InterruptedException {
        return CheckRun.of(new TcpCheck(dial(tls)), loops.next(), port, Duration.ofSeconds(5));
    }

    private Finding http(CheckTls tls) throws InterruptedException {
        return CheckRun.of(new HttpCheck(dial(tls), CheckSpec.Http.get("/"), HttpCheck.PATIENCE),
                loops.next(), server.port(),
                Duration.ofSeconds(5));
    }

    private CheckConnection dial(CheckTls tls) {
        return new CheckConnection(loops.transport(), names, tls, List.of(), Opening.PLAIN);
    }
}
