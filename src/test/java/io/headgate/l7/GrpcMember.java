package io.headgate.l7;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/2 alone, as gRPC servers do. What it does stands in the path: "/unary" answers with all that
 * was sent, "/chat" with each part as it comes, "/stream" with a first message at once and the rest when
 * {@link #goOn} is called, "/fail" with a head and nothing else, "/hold" not at all, "/reset" by a reset;
 * "/stuck" takes nothing in; "/big" answers with 4 MB; "/denied" with 403 and 20,000 bytes; "/head/N" with a
 * head of N bytes and "/trailers/N" with such trailers. "/refused" and "/leaves" are "/unary", but for the
 * first time: then the member refuses the stream, or says that it leaves and has not seen it. "/owes-head",
 * "/owes-data" and "/owes-trailers" say that five bytes come, and end there without them.
 */
final class GrpcMember implements AutoCloseable {

    final List<String> heads = new CopyOnWriteArrayList<>();
    final List<Long> resets = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final Set<String> declined = ConcurrentHashMap.newKeySet();
    private final List<Channel> open = new CopyOnWriteArrayList<>();
    private final List<ChannelHandlerContext> waiting = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;

    GrpcMember(@Nullable SslContext tls) {
        this(tls, Http2Settings.defaultSettings());
    }

    GrpcMember(@Nullable SslContext tls, Http2Settings settings) {
        server = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        open.add(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings)
                                        .encoderIgnoreMaxHeaderListSize(true).build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Call());
                                            }
                                        }));
                    }
                }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
    }

    int port() {
        return ((java.net.InetSocketAddress) server.localAddress()).getPort();
    }

    /** The calls of "/stream" that wait get their second message and their end. */
    void goOn() {
        waiting.forEach(context -> context.executor().execute(() -> {
            data(context, "two");
            trailers(context, "0");
        }));
        waiting.clear();
    }

    /** Every connection ends at once. */
    void drop() {
        open.forEach(channel -> channel.close().syncUninterruptibly());
        open.clear();
    }

    private final class Call extends ChannelInboundHandlerAdapter {

        private final StringBuilder body = new StringBuilder();
        private String path = "";
        private boolean declines;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame head) {
                path = head.headers().path().toString();
                if (path.startsWith("/shop.")) {
                    path = "/unary";
                }
                StringBuilder lines = new StringBuilder();
                head.headers().forEach(
                        each -> lines.append(each.getKey()).append(": ").append(each.getValue())
                                .append('\n'));
                heads.add(lines.toString());
                begin(ctx);
                if (head.isEndStream()) {
                    end(ctx);
                }
            } else if (message instanceof Http2DataFrame data) {
                String part = data.content().toString(UTF_8);
                boolean last = data.isEndStream();
                ReferenceCountUtil.release(data);
                body.append(part);
                if (path.startsWith("/chat") && !part.isEmpty()) {
                    data(ctx, "<" + part + ">");
                }
                if (last) {
                    end(ctx);
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                resets.add(reset.errorCode());
                ctx.channel().config().setAutoRead(true); // what lies there is released
            }
        }

        private void begin(ChannelHandlerContext ctx) {
            switch (path) {
                case "/chat" -> head(ctx);
                case "/stream" -> {
                    head(ctx);
                    data(ctx, "one");
                    waiting.add(ctx);
                }
                case "/stuck" -> ctx.channel().config().setAutoRead(false);
                case "/refused" -> {
                    declines = declined.add(path);
                    if (declines) {
                        ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
                    }
                }
                case "/leaves" -> {
                    declines = declined.add(path);
                    if (declines) {
                        leave(ctx);
                    }
                }
                case "/reset" -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
                default -> {
                    // at the end
                }
            }
        }

        /** What has come before this stream is still answered. */
        private static void leave(ChannelHandlerContext ctx) {
            ChannelPipeline connection = ctx.channel().parent().pipeline();
            ChannelHandlerContext codec = connection.context(Http2FrameCodec.class);
            int before = ((Http2StreamChannel) ctx.channel()).stream().id() - 2;
            connection.get(Http2FrameCodec.class).encoder().writeGoAway(codec, before, 0,
                    Unpooled.EMPTY_BUFFER,
                    codec.newPromise());
            codec.flush();
        }

        private void end(ChannelHandlerContext ctx) {
            if (declines) {
                return;
            }
            if (path.startsWith("/head/")) {
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(filled(path, answer()), true));
                return;
            }
            if (path.startsWith("/trailers/")) {
                head(ctx);
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
                        filled(path, new DefaultHttp2Headers().add("grpc-status", "0")), true));
                return;
            }
            if (path.equals("/moody") && declined.add(path)) {
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer().add("grpc-status", "14"), true));
                return;
            }
            switch (path) {
                case "/chat" -> trailers(ctx, "0");
                case "/big" -> {
                    head(ctx);
                    for (int i = 0; i < 256; i++) {
                        data(ctx, "b".repeat(16_384));
                    }
                    trailers(ctx, "0");
                }
                case "/denied" -> {
                    ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("403"), false));
                    ctx.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[16_000]), false));
                    ctx.writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[4_000]), true));
                }
                case "/unary", "/moody", "/refused", "/leaves" -> {
                    head(ctx);
                    data(ctx, body.toString());
                    trailers(ctx, "0");
                }
                case "/owes-head" -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(owing(), true));
                case "/owes-data" -> {
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(owing(), false));
                    ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
                }
                case "/owes-trailers" -> {
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(owing(), false));
                    trailers(ctx, "0");
                }
                case "/fail" ->
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer().add("grpc-status", "5")
                            .add("grpc-message", "no such order").add("grpc-status-details-bin", "AAE=")
                            .add("x-quota", "3"), true));
                default -> {
                    // not at all
                }
            }
        }
    }

    private static Http2Headers owing() {
        return new DefaultHttp2Headers().status("200").add("content-length", "5");
    }

    /** With as many bytes more as the end of the path says. */
    private static Http2Headers filled(String path, Http2Headers headers) {
        int length = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        for (int i = 0; i < 10; i++) {
            headers.add("x-long-" + i, "l".repeat(length / 10));
        }
        return headers;
    }

    private static Http2Headers answer() {
        return new DefaultHttp2Headers().status("200").add("content-type", "application/grpc");
    }

    private static void head(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer().add("x-head", "1"), false));
    }

    private static void data(ChannelHandlerContext ctx, String text) {
        ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, UTF_8), false));
    }

    private static void trailers(ChannelHandlerContext ctx, String status) {
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("grpc-status", status)
                .add("grpc-message", "").add("grpc-status-details-bin", "AAI=").add("x-trailer", "t"), true));
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
