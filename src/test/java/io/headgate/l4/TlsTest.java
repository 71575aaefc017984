package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.security.NamedContexts;
import io.headgate.security.ServerTls;
import io.headgate.security.TlsServers;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class TlsTest {

    private static final TestAuthority KEYS = TestAuthority.ours();
    private static final X509Bundle DEFAULT = KEYS.issue("default.test");
    private static final X509Bundle EXACT = KEYS.issue("a.example.test");
    private static final X509Bundle WILDCARD = KEYS.issue("*.example.test");
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;

    TlsTest(Transport transport) {
        this.transport = transport;
    }

    private static SslContext context(X509Bundle bundle, ClientAuth clients, String... alpn) {
        try {
            return TlsServers.context(bundle.toKeyManagerFactory(),
                    KEYS.authority().toTrustManagerFactory(), clients,
                    List.of(alpn), null, null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static ServerTls tls(ClientAuth clients, String... alpn) {
        SslContext otherwise = context(DEFAULT, clients, alpn);
        SslContext exact = context(EXACT, clients, alpn);
        SslContext wildcard = context(WILDCARD, clients, alpn);
        return new ServerTls(
                new NamedContexts(() -> otherwise,
                        List.of(new NamedContexts.Rule(List.of("*.example.test"), () -> wildcard),
                                new NamedContexts.Rule(List.of("A.example.test"), () -> exact))),
                Duration.ofSeconds(10));
    }

    private Lab lab(ServerTls tls, RawServer backend) {
        return new Lab(transport).over(backend).listening(Lab.spec().withTls(tls));
    }

    private static SSLSocket secure(Socket plain, SSLContext context, @Nullable String name, String... alpn)
            throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1",
                plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (name != null) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** The connection with TLS within it, for any name. */
    static SSLSocket secured(Socket plain) throws IOException {
        return secure(plain, KEYS.context(null), null);
    }

    private static String shown(Lab lab, @Nullable String name) throws IOException {
        try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), name)) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    @Test
    void theMostSpecificCertificateIsShown() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(tls(ClientAuth.NONE), backend)) {
            assertThat(shown(lab, null)).isEqualTo("CN=default.test");
            assertThat(shown(lab, "other.test")).isEqualTo("CN=default.test");
            assertThat(shown(lab, "a.example.test")).isEqualTo("CN=a.example.test");
            assertThat(shown(lab, "B.C.example.test")).isEqualTo("CN=*.example.test");
        }
    }

    @Test
    void theBestOfferedProtocolIsAgreedOnAndNoneIsNoFault() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(tls(ClientAuth.NONE, "h2", "http/1.1"), backend)) {
            try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null, "http/1.1", "h2")) {
                socket.startHandshake();
                assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            }
            try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null, "postgresql")) {
                assertThat(Lab.talk(socket, HELLO)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void aClientThatHasEndedItsSendingGetsTheWholeAnswer() throws IOException {
        byte[] answer = new byte[3 << 20];
        Arrays.fill(answer, (byte) 7);
        try (RawServer backend = new RawServer(socket -> {
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(HELLO);
            socket.getOutputStream().write(answer);
        }); Lab lab = lab(tls(ClientAuth.NONE), backend)) {
            try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null)) {
                assertThat(Lab.talk(socket, HELLO)).isEqualTo(answer);
            }
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
            assertThat(lab.firstClosed().bytesIn()).isEqualTo(HELLO.length);
            assertThat(lab.firstClosed().bytesOut()).isEqualTo(answer.length);
        }
    }

    @Test
    void aMemberThatHasEndedItsSendingGetsTheWholeRequest() throws Exception {
        byte[] request = new byte[1 << 20];
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (RawServer backend = new RawServer(socket -> {
            socket.shutdownOutput();
            received.complete(socket.getInputStream().readAllBytes().length);
        }); Lab lab = lab(tls(ClientAuth.NONE), backend)) {
            try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null)) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                socket.getOutputStream().write(request);
            }
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(request.length);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void aMemberThatBreaksOffIsNotTakenForOneThatHasEnded() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            socket.getInputStream().readNBytes(HELLO.length);
            socket.getOutputStream().write(HELLO);
            socket.setSoLinger(true, 0);
        }); Lab lab = lab(tls(ClientAuth.NONE), backend)) {
            try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null)) {
                socket.getOutputStream().write(HELLO);
                assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                        .isInstanceOf(IOException.class);
            }
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
        }
    }

    @Test
    void aStreamThatEndsWithoutCloseNotifyIsAReset() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        CompletableFuture<byte[]> begun = new CompletableFuture<>();
        try (RawServer backend = new RawServer(socket -> {
            try {
                begun.complete(socket.getInputStream().readNBytes(HELLO.length));
                socket.getInputStream().readAllBytes();
                seen.complete("end");
            } catch (IOException e) {
                seen.complete("reset");
            }
        }); Lab lab = lab(tls(ClientAuth.NONE), backend); Socket plain = lab.connect()) {
            SSLSocket socket = secure(plain, KEYS.context(null), null);
            socket.getOutputStream().write(HELLO);
            socket.getOutputStream().flush();
            assertThat(begun.get(10, TimeUnit.SECONDS)).isEqualTo(HELLO);
            plain.shutdownOutput();
            assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("reset");
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    /**
     * The JDK's client sees a refused certificate as an error or, when its own write fails first, as an end.
     */
    private static boolean isServed(Lab lab, SSLContext context) throws IOException {
        try (SSLSocket socket = secure(lab.connect(), context, null)) {
            return Arrays.equals(Lab.talk(socket, HELLO), HELLO);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whoShowsNoTrustedCertificateIsRefusedWithTheReason() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(tls(ClientAuth.REQUIRE), backend)) {
            assertThat(isServed(lab, KEYS.context(null))).isFalse();
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CLIENT_CERTIFICATE);
            assertThat(isServed(lab, withForeignKey())).isFalse();
            lab.awaitQuiet();
            assertThat(lab.connections.closed).extracting(ClosedConnection::reason)
                    .containsOnly(Reason.CLIENT_CERTIFICATE);
            SSLContext known = KEYS.context(KEYS.issue("client.test"));
            assertThat(Lab.talk(secure(lab.connect(), known, null), HELLO)).isEqualTo(HELLO);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aWantedCertificateMayBeMissingButNotWrong() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(tls(ClientAuth.OPTIONAL), backend)) {
            assertThat(Lab.talk(secure(lab.connect(), KEYS.context(null), null), HELLO)).isEqualTo(HELLO);
            assertThat(isServed(lab, withForeignKey())).isFalse();
        }
    }

    /** Trusts us, and shows what we do not trust, whomever we ask for. */
    private static SSLContext withForeignKey() throws IOException {
        try {
            X509ExtendedKeyManager keys = (X509ExtendedKeyManager) TestAuthority.foreign()
                    .issue("client.test")
                    .toKeyManagerFactory().getKeyManagers()[0];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{new Insistent(keys)},
                    new TrustManager[]{KEYS.authority().toTrustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Test
    void whoDoesNotSpeakTlsOrDoesNotTrustUsIsToldApart() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(tls(ClientAuth.NONE), backend)) {
            try (Socket socket = lab.connect()) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                        .isInstanceOf(IOException.class);
            }
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.BAD_CLIENT_HELLO);
            assertThatThrownBy(
                    () -> secure(lab.connect(), TestAuthority.foreign().context(null), null).startHandshake())
                    .isInstanceOf(SSLException.class);
            lab.awaitQuiet();
            assertThat(lab.connections.closed.getLast().reason()).isEqualTo(Reason.CLIENT_TLS_FAILED);
        }
    }

    @Test
    void aHandshakeThatStandsStillEnds() throws IOException {
        ServerTls tls = tls(ClientAuth.NONE);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(new ServerTls(tls.contexts(), Lab.SHORT), backend);
                Socket socket = lab.connect()) {
            socket.getOutputStream().write(Hellos.of("a.example.test"));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void whatAClientSendsWhileAMemberIsSoughtIsKept() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend)
                        .listening(Lab.spec().withTls(tls(ClientAuth.NONE)))) {
            for (int i = 0; i < 50; i++) {
                try (SSLSocket socket = secure(lab.connect(), KEYS.context(null), null)) {
                    assertThat(Lab.talk(socket, HELLO)).isEqualTo(HELLO);
                }
            }
        }
    }
}
