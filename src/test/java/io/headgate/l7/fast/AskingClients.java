package io.headgate.l7.fast;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.InetAddress;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients on kept connections of HTTP/1.1, each of which asks for what nobody else asks for, and looks
 * whether that is what it gets.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be made ends as one that is closed
final class AskingClients {

    final Question.Ends ends = new Question.Ends();
    private final Bootstrap bootstrap;
    private final Random random;
    private final int port;
    private int begun;
    private final int total;

    AskingClients(EventLoop loop, Class<? extends Channel> type, int port, int total, long seed) {
        this.port = port;
        this.total = total;
        this.random = new Random(seed);
        this.bootstrap = new Bootstrap().group(loop).channel(type).handler(new ChannelInitializer<>() {

            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(1 << 20),
                        new Asking());
            }
        });
        loop.execute(() -> {
            for (int i = 0; i < 64; i++) {
                connect();
            }
        });
    }

    private void connect() {
        if (begun < total) {
            bootstrap.connect(InetAddress.getLoopbackAddress(), port);
        }
    }

    private final class Asking extends SimpleChannelInboundHandler<FullHttpResponse> {

        /** What is not answered yet. */
        private @Nullable Question asked;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            next(ctx);
        }

        private void next(ChannelHandlerContext ctx) {
            if (begun >= total) {
                ctx.close();
                return;
            }
            Question question = Question.of(++begun, random);
            asked = question;
            question.send(ctx, random);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
            Question question = asked;
            if (question == null) {
                ends.wrong.add("unasked: " + answer);
                return;
            }
            asked = null;
            ends.answered(question, answer);
            if (answer.headers().contains("Connection", "close", true)) {
                ctx.close();
            } else {
                next(ctx);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (asked != null) {
                asked = null;
                ends.closed.incrementAndGet();
            }
            connect();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
