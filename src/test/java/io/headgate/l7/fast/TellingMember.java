package io.headgate.l7.fast;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member that tells each request back, in the answer's head and body; and that resets at each byte of its
 * answer in turn, or answers early, late or twice.
 */
@SuppressWarnings("FutureReturnValueIgnored") // connections break on purpose
final class TellingMember implements AutoCloseable {

    private final ServerBootstrap bootstrap;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile Channel server;
    private final Random random;
    /** Where the next answer that is cut off ends. */
    private int cut;

    TellingMember(EventLoopGroup loops, Class<? extends ServerChannel> type, long seed) {
        random = new Random(seed);
        bootstrap = new ServerBootstrap().group(loops).channel(type).option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.pipeline().addLast(new HttpRequestDecoder(), new Answering());
                    }
                });
        server = bind(0);
    }

    private Channel bind(int port) {
        return bootstrap.bind(InetAddress.getLoopbackAddress(), port).syncUninterruptibly().channel();
    }

    /** Ends with all its connections as one that is killed, and begins again. */
    void restart() {
        int port = port();
        server.close().syncUninterruptibly();
        open.forEach(channel -> channel.config().setOption(ChannelOption.SO_LINGER, 0));
        open.close().syncUninterruptibly();
        server = bind(port);
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
    }

    private final class Answering extends ChannelInboundHandlerAdapter {

        private @Nullable HttpRequest request;
        private final StringBuilder body = new StringBuilder();
        private int way;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest head) {
                request = head;
                body.setLength(0);
                way = random.nextInt(100);
                if (way == 0) { // early: the rest of the request is read and not looked at
                    answer(ctx, head, "early", 1);
                }
            }
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(StandardCharsets.ISO_8859_1));
                content.release();
                HttpRequest head = request;
                if (content instanceof LastHttpContent && head != null && way != 0) {
                    request = null;
                    whole(ctx, head, body.toString());
                }
            }
        }

        private void whole(ChannelHandlerContext ctx, HttpRequest head, String text) {
            switch (way) {
                case 1 -> ctx.close();
                case 2 -> reset(ctx);
                case 3 -> answer(ctx, head, text, 2);
                case 4 -> {
                    ByteBuf all = bytes(head, text);
                    cut = (cut + 1) % all.readableBytes();
                    ctx.writeAndFlush(all.readRetainedSlice(cut)).addListener(written -> {
                        all.release();
                        if (cut % 2 == 0) {
                            reset(ctx);
                        } else {
                            ctx.close();
                        }
                    });
                }
                case 5, 6 -> ctx.executor().schedule(() -> answer(ctx, head, text, 1), random.nextInt(20),
                        TimeUnit.MILLISECONDS);
                case 7 -> { // in two pieces
                    ByteBuf all = bytes(head, text);
                    ctx.writeAndFlush(all.readRetainedSlice(random.nextInt(all.readableBytes())));
                    ctx.executor().execute(() -> ctx.writeAndFlush(all));
                }
                default -> answer(ctx, head, text, 1);
            }
        }

        private void reset(ChannelHandlerContext ctx) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        }

        private void answer(ChannelHandlerContext ctx, HttpRequest head, String text, int times) {
            ByteBuf[] answers = new ByteBuf[times];
            for (int i = 0; i < times; i++) {
                answers[i] = bytes(head, text);
            }
            ctx.writeAndFlush(Unpooled.wrappedBuffer(answers));
        }

        private ByteBuf bytes(HttpRequest head, String text) {
            String told = head.method() + " " + head.uri() + " " + text;
            return Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\nX-Id: " + head.headers().get("X-Id")
                    + "\r\nContent-Length: " + told.length() + "\r\n\r\n"
                    + (head.method().equals(HttpMethod.HEAD) ? "" : told), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
