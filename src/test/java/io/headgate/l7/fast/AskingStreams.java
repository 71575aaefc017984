package io.headgate.l7.fast;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.net.InetAddress;
import java.util.Random;

/** As {@link AskingClients}, on streams of connections of HTTP/2. */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be made ends as one that is closed
final class AskingStreams {

    private static final int CONNECTIONS = 8;
    private static final int STREAMS = 8;

    final Question.Ends ends = new Question.Ends();
    private final Bootstrap bootstrap;
    private final Random random;
    private final int port;
    private int begun;
    private final int total;

    AskingStreams(EventLoop loop, Class<? extends Channel> type, int port, int total, long seed) {
        this.port = port;
        this.total = total;
        this.random = new Random(seed);
        this.bootstrap = new Bootstrap().group(loop).channel(type).handler(new ChannelInitializer<>() {

            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Http2FrameCodecBuilder.forClient().build(),
                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()), new Streams());
            }
        });
        loop.execute(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                connect();
            }
        });
    }

    private void connect() {
        if (begun < total) {
            bootstrap.connect(InetAddress.getLoopbackAddress(), port);
        }
    }

    private void open(Channel connection) {
        if (begun >= total) {
            if (ends.count() >= begun) {
                connection.close();
            }
        } else if (connection.isActive()) {
            Question question = Question.of(++begun, random);
            new Http2StreamChannelBootstrap(connection).handler(new ChannelInitializer<>() {

                @Override
                protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false),
                            new HttpObjectAggregator(1 << 20), new Asking(question));
                }
            }).open().addListener(opened -> {
                if (!opened.isSuccess()) {
                    ends.closed.incrementAndGet();
                    connection.close(); // it has said that it will take no more
                }
            });
        }
    }

    private final class Streams extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.fireChannelActive();
            for (int i = 0; i < STREAMS; i++) {
                open(ctx.channel());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connect();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private final class Asking extends SimpleChannelInboundHandler<FullHttpResponse> {

        private final Question question;
        private boolean waiting = true;

        Asking(Question question) {
            this.question = question;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            question.send(ctx, random);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
            if (waiting) {
                waiting = false;
                ends.answered(question, answer);
            } else {
                ends.wrong.add("unasked: " + answer);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (waiting) {
                waiting = false;
                ends.closed.incrementAndGet();
            }
            Channel connection = ctx.channel().parent();
            ctx.executor().execute(() -> open(connection));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
