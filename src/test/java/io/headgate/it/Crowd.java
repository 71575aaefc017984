package io.headgate.it;

import io.headgate.it.CrowdClient.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Many clients of one port at once, counted by how each of them ends. */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells
final class Crowd implements AutoCloseable {

    private static final int LONG_MILLIS = 60_000;
    private static final int BUFFER = 65_536;
    private static final int TINY = 4096;

    /**
     * What a client speaks, and to whom.
     *
     * @param streams on one connection; 0 for HTTP/1.1
     */
    record Target(String name, int port, String path, boolean tls, int streams) {

        @Override
        public String toString() {
            return name;
        }
    }

    private final EventLoopGroup loops;
    private final CrowdBody body;
    private final long lateMillis;
    private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Map<String, Integer> ends = new ConcurrentSkipListMap<>();
    private final AtomicInteger left = new AtomicInteger();

    /** @param lateMillis after which late readers read */
    Crowd(EventLoopGroup loops, CrowdBody body, long lateMillis) {
        this.loops = loops;
        this.body = body;
        this.lateMillis = lateMillis;
    }

    /** How many are still to end. */
    int left() {
        return left.get();
    }

    /** How many have ended how. */
    Map<String, Integer> ends() {
        return ends;
    }

    /** Begins one request for each of these. */
    void begin(Target target, List<Kind> kinds) {
        left.addAndGet(kinds.size());
        SslContext tls = target.tls() ? tls(target.streams() > 0) : null;
        int each = Math.max(1, target.streams());
        for (int i = 0; i < kinds.size(); i += each) {
            List<CrowdClient> clients = new ArrayList<>();
            for (Kind kind : kinds.subList(i, Math.min(i + each, kinds.size()))) {
                clients.add(new CrowdClient(kind, target.path(), body, lateMillis,
                        end -> ended(kind + " " + end)));
            }
            connect(target, tls, clients);
        }
    }

    private void ended(String how) {
        ends.merge(how, 1, Integer::sum);
        left.decrementAndGet();
    }

    private static SslContext tls(boolean http2) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm("")
                    .trustManager(InsecureTrustManagerFactory.INSTANCE);
            return http2
                    ? builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                            "h2")).build()
                    : builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void connect(Target target, @Nullable SslContext tls, List<CrowdClient> clients) {
        boolean late = clients.stream().allMatch(client -> client.kind().readsLate());
        new Bootstrap().group(loops).channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, LONG_MILLIS)
                .option(ChannelOption.ALLOCATOR, CrowdBody.UNTRACKED)
                .option(ChannelOption.SO_RCVBUF, late ? TINY : BUFFER)
                .handler(new ChannelInitializer<SocketChannel>() {

                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            SslHandler handler = tls.newHandler(channel.alloc());
                            handler.setHandshakeTimeoutMillis(LONG_MILLIS);
                            channel.pipeline().addLast(handler);
                        }
                        channel.pipeline().addLast(target.streams() == 0 ? http1(clients) : http2(clients));
                    }
                }).connect("127.0.0.1", target.port()).addListener((Future<Void> connected) -> {
                    if (!connected.isSuccess()) {
                        clients.forEach(client -> client.gone("not connected: " + connected.cause()));
                    }
                });
    }

    private ChannelHandler[] http1(List<CrowdClient> clients) {
        return new ChannelHandler[]{new HttpClientCodec(), clients.getFirst(),
                new Beginning(clients, channel -> clients.getFirst().begin(channel))};
    }

    private ChannelHandler[] http2(List<CrowdClient> clients) {
        return new ChannelHandler[]{
                Http2FrameCodecBuilder.forClient().initialSettings(Http2Settings.defaultSettings()).build(),
                new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                new Beginning(clients, channel -> clients.forEach(client -> stream(channel, client)))};
    }

    private void stream(Channel connection, CrowdClient client) {
        new Http2StreamChannelBootstrap(connection).handler(new ChannelInitializer<>() {

            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), client);
            }
        }).open().addListener((Future<Http2StreamChannel> opened) -> {
            if (opened.isSuccess()) {
                streams.add(opened.getNow());
                client.begin(opened.getNow());
            } else {
                client.gone("no stream: " + opened.cause());
            }
        });
    }

    /** Begins the requests of a connection when it is open, and ends them when it ends. */
    private final class Beginning extends ChannelInboundHandlerAdapter {

        private final List<CrowdClient> clients;
        private final Consumer<Channel> begin;

        Beginning(List<CrowdClient> clients, Consumer<Channel> begin) {
            this.clients = clients;
            this.begin = begin;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connections.add(ctx.channel());
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls == null) {
                begin.accept(ctx.channel());
            } else {
                tls.handshakeFuture().addListener(secured -> {
                    if (secured.isSuccess()) {
                        begin.accept(ctx.channel());
                    }
                });
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            clients.forEach(client -> client.gone("connection closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            clients.forEach(client -> client.gone("connection: " + cause.getMessage()));
            ctx.close();
        }
    }

    @Override
    public void close() {
        streams.close().awaitUninterruptibly(); // else what they have not read would never be released
        connections.close().awaitUninterruptibly();
    }
}
