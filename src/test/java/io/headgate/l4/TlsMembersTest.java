package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.net.Transport;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.security.TlsClients;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections to members through TLS. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class TlsMembersTest {

    static final TestAuthority KEYS = TestAuthority.ours();
    private static final byte[] DATA = new byte[1 << 20];

    static {
        Arrays.fill(DATA, (byte) 9);
    }

    private final Transport transport;

    TlsMembersTest(Transport transport) {
        this.transport = transport;
    }

    private static RawServer.Behaviour behind(SSLContext context, RawServer.Behaviour talk, String... alpn) {
        return plain -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain,
                    (InputStream) null, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(alpn);
            socket.setSSLParameters(parameters);
            talk.with(socket);
            socket.close();
        };
    }

    private static RawServer.Behaviour echo(TestAuthority authority, String name) {
        return behind(authority.context(authority.issue(name)), RawServer.ECHO);
    }

    static MemberTls tls() {
        try {
            return new MemberTls(TlsClients.context(KEYS.authority().toTrustManagerFactory(), null),
                    "member.test");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Lab lab(ListenerBuilder spec, RawServer... backends) {
        return new Lab(transport)
                .over(Timeouts.DEFAULT, Stream.of(backends).map(RawServer::member).toList(), tls())
                .listening(spec);
    }

    @Test
    void allBytesAndEndsGoThrough() throws IOException {
        try (RawServer backend = new RawServer(echo(KEYS, "member.test"));
                Lab lab = lab(Lab.spec(), backend);
                Socket socket = lab.connect()) {
            assertThat(Lab.talk(socket, DATA)).isEqualTo(DATA);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void aMemberThatWeDoNotTrustOrThatIsSomebodyElseIsNotUsed() throws IOException {
        try (RawServer foreign = new RawServer(echo(TestAuthority.foreign(), "member.test"));
                RawServer other = new RawServer(echo(KEYS, "other.test"));
                Lab lab = lab(Lab.spec(), foreign, other)) {
            try (Socket socket = lab.connect()) {
                assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                        .isInstanceOf(IOException.class);
            }
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.TLS_FAILED);
            assertThat(lab.firstClosed().attempts()).isEqualTo(2);
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isEqualTo(2);
            try (RawServer right = new RawServer(echo(KEYS, "member.test"))) {
                lab.over(Timeouts.DEFAULT,
                        List.of(foreign.member(), other.member(), right.member()), tls());
                try (Socket socket = lab.connect()) {
                    assertThat(Lab.talk(socket, DATA)).isEqualTo(DATA);
                }
            }
        }
    }

    @Test
    void aMemberThatBreaksOffIsAResetForTheClient() throws IOException {
        try (RawServer backend = new RawServer(plain -> {
            Socket socket = KEYS.context(KEYS.issue("member.test")).getSocketFactory().createSocket(plain,
                    (InputStream) null, true);
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            socket.getOutputStream().write('y');
            plain.close(); // without a close_notify
        }); Lab lab = lab(Lab.spec(), backend); Socket socket = lab.connect()) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('y');
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
        }
    }

    @Test
    void aMemberThatDoesNotShakeHandsInTimeIsGivenUp() throws IOException {
        Timeouts shortly = new Timeouts(Lab.SHORT, Timeouts.DEFAULT.send(), Timeouts.DEFAULT.response(),
                Timeouts.DEFAULT.idle());
        try (RawServer silent = new RawServer(socket -> socket.getInputStream().readAllBytes());
                Lab lab = new Lab(transport).over(shortly, List.of(silent.member()), tls())
                        .listening(Lab.spec());
                Socket socket = lab.connect()) {
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
        }
    }

    @Test
    void theHeaderTellsOfTlsThatEndedHereAndItsProtocolIsSpokenOn() throws Exception {
        CompletableFuture<HAProxyMessage> told = new CompletableFuture<>();
        CompletableFuture<String> spoken = new CompletableFuture<>();
        RawServer.Behaviour secure = behind(KEYS.context(KEYS.issue("member.test")), socket -> {
            socket.getInputStream().read();
            spoken.complete(((SSLSocket) socket).getApplicationProtocol());
        }, "h2", "http/1.1");
        ListenerBuilder spec = Lab.spec().withTls(TlsTest.tls(ClientAuth.REQUIRE, "http/1.1", "h2"))
                .withProxyProtocol(new ProxyProtocol(AddressSet.EMPTY, ProxyProtocol.Version.V2));
        try (RawServer backend = new RawServer(plain -> {
            told.complete(header(plain));
            secure.with(plain);
        }); Lab lab = lab(spec, backend); Socket plain = lab.connect()) {
            SSLSocket socket = (SSLSocket) KEYS.context(KEYS.issue("client.test")).getSocketFactory()
                    .createSocket(plain, "127.0.0.1", 1, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("a.example.test")));
            parameters.setApplicationProtocols(new String[]{"http/1.1"});
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write('x');
            assertThat(spoken.get(10, TimeUnit.SECONDS)).isEqualTo("http/1.1");
            HAProxyMessage header = told.get(10, TimeUnit.SECONDS);
            assertThat(text(find(header, HAProxyTLV.Type.PP2_TYPE_AUTHORITY))).isEqualTo("a.example.test");
            assertThat(text(find(header, HAProxyTLV.Type.PP2_TYPE_ALPN))).isEqualTo("http/1.1");
            HAProxySSLTLV ssl = (HAProxySSLTLV) find(header, HAProxyTLV.Type.PP2_TYPE_SSL);
            assertThat(ssl.isPP2ClientSSL() && ssl.isPP2ClientCertConn()).isTrue();
            assertThat(ssl.verify()).isZero();
            assertThat(ssl.encapsulatedTLVs()).extracting(TlsMembersTest::text).contains("TLSv1.3",
                    "client.test");
            header.release();
        }
    }

    private static HAProxyTLV find(HAProxyMessage header, HAProxyTLV.Type type) {
        return header.tlvs().stream().filter(tlv -> tlv.type() == type).findFirst().orElseThrow();
    }

    private static String text(HAProxyTLV tlv) {
        return tlv.content().toString(StandardCharsets.UTF_8);
    }

    /** Reads a header of version 2 and nothing beyond it. */
    private static HAProxyMessage header(Socket socket) throws IOException {
        byte[] start = socket.getInputStream().readNBytes(16);
        byte[] rest = socket.getInputStream().readNBytes(ByteBuffer.wrap(start).getShort(14));
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(start, rest));
        HAProxyMessage header = channel.readInbound();
        channel.finish();
        return header;
    }
}
