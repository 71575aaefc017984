package io.headgate.l7.fast;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients on kept connections, each of which asks for what nobody else asks for, and looks whether that is
 * what it gets: by method, path, body and header.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be made ends as one that is closed
final class AskingClients {

    private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.GET, HttpMethod.POST,
            HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.HEAD);

    final List<String> wrong = new CopyOnWriteArrayList<>();
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
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

    /** How many requests have ended, this way or that. */
    int ended() {
        return served.get() + refused.get() + closed.get();
    }

    private final class Asking extends SimpleChannelInboundHandler<FullHttpResponse> {

        private String id = "";
        private String told = "";
        private boolean head;
        private boolean waiting;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            next(ctx);
        }

        private void next(ChannelHandlerContext ctx) {
            if (begun >= total) {
                ctx.close();
                return;
            }
            id = Integer.toString(++begun);
            waiting = true;
            HttpMethod method = METHODS.get(random.nextInt(METHODS.size()));
            head = method.equals(HttpMethod.HEAD);
            HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/item/" + id);
            String body = "";
            if (method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT)) {
                body = "body " + id + "x".repeat(random.nextInt(10) == 0 ? 2_000 : 4);
                request.headers().set("Content-Length", body.length());
            }
            told = method + " /item/" + id + " " + body;
            request.headers().set("Host", "h").set("X-Id", id);
            Object end = new DefaultLastHttpContent(
                    Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1));
            ctx.write(request);
            switch (random.nextInt(50)) {
                case 0 -> { // the body comes later
                    ctx.flush();
                    ctx.executor().execute(() -> ctx.writeAndFlush(end));
                }
                case 1 -> { // nobody waits for the answer
                    ctx.writeAndFlush(end);
                    ctx.executor().execute(ctx::close);
                }
                default -> ctx.writeAndFlush(end);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
            if (!waiting) {
                wrong.add("unasked: " + answer);
                return;
            }
            waiting = false;
            String body = answer.content().toString(StandardCharsets.ISO_8859_1);
            if (!answer.decoderResult().isSuccess()) {
                closed.incrementAndGet(); // it was cut off, and can be seen to be
            } else if (answer.status().code() >= 500) {
                refused.incrementAndGet();
            } else {
                served.incrementAndGet();
                String early = told.substring(0, told.indexOf(' ', told.indexOf(' ') + 1)) + " early";
                if (!id.equals(answer.headers().get("X-Id"))
                        || (!(head ? "" : told).equals(body) && !body.equals(early))) {
                    wrong.add(told + " got " + answer.status() + " " + answer.headers().get("X-Id") + " "
                            + body);
                }
            }
            if (answer.headers().contains("Connection", "close", true)) {
                ctx.close();
            } else {
                next(ctx);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (waiting) {
                waiting = false;
                closed.incrementAndGet();
            }
            connect();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
