package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Problems;
import io.headgate.l7.Strictness;
import io.headgate.l7.fast.FastLaneServices;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.fast.TunnelLimits;
import io.headgate.l7.fast.UpstreamLimits;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Clock;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.security.AddressSet;
import io.headgate.testing.TestAuthority;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.ConnectionObserver;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** The pipelines of a port are those that the description of its package draws. */
class PipelineTest {

    private static final Path DRAWING = Path.of("src/main/java/io/headgate/l7/port/package-info.java");

    private static final Names NAMES = new Names(Transport.best());

    private final CompletableFuture<List<String>> accepted = new CompletableFuture<>();
    private final CompletableFuture<List<String>> stream = new CompletableFuture<>();
    private final CompletableFuture<List<String>> connection = new CompletableFuture<>();

    @AfterAll
    static void stop() {
        NAMES.close();
    }

    @ParameterizedTest
    @CsvSource({"h1, tls", "h1, plain", "h2, tls", "h2, plain"})
    void aConnectionThatWasAccepted(String protocols, String security) throws Exception {
        boolean tls = security.equals("tls");
        DisposableServer server = serve(AddressSet.of(List.of("127.0.0.0/8")), protocols.equals("h2"), tls);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertThat(accepted.get(30, TimeUnit.SECONDS)).isEqualTo(drawn(
                    "A connection that was just accepted, " + (tls ? "with TLS" : "without TLS"), protocols,
                    "proxy"));
            assertThat(client.isConnected()).isTrue();
        } finally {
            server.disposeNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, tls", "false, plain", "true, tls", "true, plain"})
    void aConnectionThatSpeaksHttp1(boolean http2, String security) throws Exception {
        request(http2, security.equals("tls"), HttpProtocol.HTTP11);
        assertThat(connection.get(30, TimeUnit.SECONDS))
                .isEqualTo(drawn("A connection that speaks HTTP/1.1", security).stream()
                        .map(name -> http2 && security.equals("plain")
                                ? name.replace("reactor.left.httpCodec", "HttpServerCodec#0")
                                : name)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"tls", "plain"})
    void aConnectionThatSpeaksHttp2AndItsStream(String security) throws Exception {
        boolean tls = security.equals("tls");
        request(true, tls, tls ? HttpProtocol.H2 : HttpProtocol.H2C);
        assertThat(connection.get(30, TimeUnit.SECONDS))
                .isEqualTo(drawn("A connection that speaks HTTP/2", security));
        assertThat(stream.get(30, TimeUnit.SECONDS)).isEqualTo(drawn("A stream of such a connection"));
    }

    /** Such as one with HTTP/2 alone: it would have no guard. */
    @Test
    void aConnectionWithoutAPlaceForTheGuardIsNotServed() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThatThrownBy(() -> port(AddressSet.EMPTY).connection(channel))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("expected: HTTP/1.1");
    }

    private void request(boolean http2, boolean tls, HttpProtocol protocol) throws IOException {
        DisposableServer server = serve(AddressSet.EMPTY, http2, tls);
        try {
            HttpClient client = HttpClient.create().host("127.0.0.1").port(server.port()).protocol(protocol);
            SslContext context = SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .applicationProtocolConfig(alpn(protocol == HttpProtocol.H2
                            ? ApplicationProtocolNames.HTTP_2
                            : ApplicationProtocolNames.HTTP_1_1))
                    .build();
            (tls ? client.secure(ssl -> ssl.sslContext(context)) : client).get().uri("/").response()
                    .block(Duration.ofSeconds(30));
        } finally {
            server.disposeNow();
        }
    }

    private DisposableServer serve(AddressSet proxies, boolean http2, boolean tls) throws IOException {
        HttpServer server = port(proxies).attach(HttpServer.create()).host("127.0.0.1").port(0)
                .protocol(!http2
                        ? new HttpProtocol[]{HttpProtocol.HTTP11}
                        : new HttpProtocol[]{HttpProtocol.HTTP11, tls ? HttpProtocol.H2 : HttpProtocol.H2C})
                .doOnChannelInit((observer, channel, remote) -> accepted.complete(names(channel)))
                .childObserve((opened, state) -> {
                    if (state.equals(ConnectionObserver.State.CONNECTED)
                            && opened.channel() instanceof Http2StreamChannel) {
                        stream.complete(names(opened.channel()));
                    }
                }).handle((request, response) -> {
                    request.withConnection(serving -> {
                        Channel parent = serving.channel().parent();
                        connection.complete(
                                names(serving.channel() instanceof Http2StreamChannel
                                        ? parent
                                        : serving.channel()));
                    });
                    return response.send();
                });
        if (!tls) {
            return server.bindNow();
        }
        X509Bundle own = TestAuthority.ours().issue("localhost");
        SslContext context = SslContextBuilder
                .forServer(own.getKeyPair().getPrivate(), own.getCertificatePath())
                .applicationProtocolConfig(http2
                        ? alpn(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                        : ApplicationProtocolConfig.DISABLED)
                .build();
        return server.secure(ssl -> ssl.sslContext(context)).bindNow();
    }

    private static ApplicationProtocolConfig alpn(String... protocols) {
        return new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    private static Port port(AddressSet proxies) {
        Forwarding nobody = new Forwarding(AddressSet.EMPTY);
        return new Port(
                new ClientLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0, proxies,
                        Strictness.DEFAULT),
                () -> nobody, fastPath(nobody), request -> {
                }, (rule, from, detail) -> {
                }, Ticker.systemTicker());
    }

    private static FastPath fastPath(Forwarding forwarding) {
        try {
            Pools pools = new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (member, outcome) -> {
            });
            return new FastPath(new FastLaneServices(pools, Transport.best().sockets(), NAMES,
                    () -> forwarding,
                    new MemberTls(SslContextBuilder.forClient().build(), null), UpstreamLimits.DEFAULT,
                    () -> new TunnelLimits(0, Duration.ZERO, Duration.ZERO), new KeptBodies(0, 0),
                    () -> false,
                    new Problems(InstantSource.system(), RandomSource.THREAD_LOCAL, Problems.Included.ALWAYS,
                            Problems.Included.NEVER),
                    request -> {
                    }, Ticker.systemTicker(), RandomSource.THREAD_LOCAL));
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the pipeline's own tail, and the initializer that is just leaving. */
    private static List<String> names(Channel channel) {
        return channel.pipeline().names().stream().filter(name -> !name.contains("$")).toList();
    }

    /** The names that stand below a heading, but for those that have another condition. */
    private static List<String> drawn(String heading, String... conditions) throws IOException {
        List<String> names = new ArrayList<>();
        boolean below = false;
        for (String line : Files.readAllLines(DRAWING)) {
            String text = line.replaceFirst("^ \\* ?", "");
            if (!text.isEmpty() && !text.startsWith("  ")) {
                below = text.equals(heading + ":");
            } else if (below && !text.isBlank()) {
                String condition = text.replaceFirst("^[^\\[]*(\\[(.*?)])?.*", "$2");
                if (condition.isEmpty() || List.of(conditions).contains(condition)) {
                    names.add(text.strip().replaceFirst(" .*", ""));
                }
            }
        }
        return names;
    }
}
