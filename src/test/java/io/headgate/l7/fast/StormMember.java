package io.headgate.l7.fast;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A member of HTTP/2 that is restarted while it serves. "/held" begins its answer, and ends it when the
 * member leaves; "/events" goes on for ever; any other path is answered with "ok" at once.
 */
final class StormMember implements AutoCloseable {

    private static final int EVERY_MILLIS = 500;
    private static final String EVENT = "data: something has happened\n\n";

    final AtomicInteger events = new AtomicInteger();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Set<ChannelHandlerContext> held = ConcurrentHashMap.newKeySet();
    private final int port;
    private @Nullable Channel server;

    StormMember(int port) {
        this.port = port;
        begin();
    }

    void begin() {
        server = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true).childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.closeFuture().addListener(closed -> open.remove(channel));
                        channel.pipeline().addLast(
                                Http2FrameCodecBuilder.forServer().gracefulShutdownTimeoutMillis(-1).build(),
                                new Http2MultiplexHandler(new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline().addLast(new Call());
                                    }
                                }));
                    }
                }).bind(InetAddress.getLoopbackAddress(), port).syncUninterruptibly().channel();
    }

    int held() {
        return held.size();
    }

    boolean isGone() {
        return open.isEmpty();
    }

    /** Takes no more, and says so; ends what is under way. */
    void leave() {
        stopListening();
        for (Channel each : open) {
            // whoever closes first, with requests unread, resets what the other side has not read
            each.eventLoop()
                    .execute(() -> each.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)));
        }
        loop.next().execute(() -> { // behind those
            held.forEach(context -> data(context, "two", true));
            held.clear();
        });
    }

    /** Is gone without a word. */
    void die() {
        stopListening();
        for (Channel each : open) {
            each.eventLoop().execute(() -> each.unsafe().close(each.voidPromise()));
        }
        held.clear();
    }

    private void stopListening() {
        if (server != null) {
            server.close().syncUninterruptibly();
        }
    }

    private static void data(ChannelHandlerContext ctx, String text, boolean end) {
        ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, US_ASCII), end));
    }

    private final class Call extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame head) {
                ctx.write(new DefaultHttp2HeadersFrame(
                        new DefaultHttp2Headers().status("200").add("content-type", "text/event-stream"),
                        false));
                switch (String.valueOf(head.headers().path())) {
                    case "/held" -> {
                        held.add(ctx);
                        data(ctx, "one", false);
                    }
                    case "/events" -> event(ctx);
                    default -> data(ctx, "ok", true);
                }
            }
            ReferenceCountUtil.release(message);
        }

        private void event(ChannelHandlerContext ctx) {
            if (ctx.channel().isActive()) {
                events.incrementAndGet();
                data(ctx, EVENT, false);
                ctx.executor().schedule(() -> event(ctx), EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        stopListening();
        open.forEach(Channel::close);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
