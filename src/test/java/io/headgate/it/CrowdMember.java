package io.headgate.it;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers a GET with the body and a POST with whether it came whole. It takes no upload to "/deaf". */
final class CrowdMember extends SimpleChannelInboundHandler<HttpObject> {

    static final String WHOLE = "whole";
    static final String DEAF = "/deaf";

    private static final int BACKLOG = 8192;
    private static final int SMALL = 4096;

    private final CrowdBody body;
    private HttpMethod method = HttpMethod.GET;
    private long came;
    private boolean whole;

    private CrowdMember(CrowdBody body) {
        this.body = body;
    }

    /** Starts one, and returns its port. */
    static int start(EventLoopGroup loops, CrowdBody body) {
        return ((InetSocketAddress) new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG).childOption(ChannelOption.SO_RCVBUF, SMALL)
                .childOption(ChannelOption.ALLOCATOR, CrowdBody.UNTRACKED)
                .childHandler(new ChannelInitializer<SocketChannel>() {

                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpServerKeepAliveHandler(),
                                new CrowdMember(body));
                    }
                }).bind("127.0.0.1", 0).syncUninterruptibly().channel().localAddress()).getPort();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (message instanceof HttpRequest request) {
            method = request.method();
            came = 0;
            whole = true;
            if (request.uri().startsWith(DEAF)) {
                ctx.channel().config().setAutoRead(false);
            }
        }
        if (message instanceof HttpContent content) {
            whole = whole && body.continues(came, content.content());
            came += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent) {
            answer(ctx);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the client tells
    private void answer(ChannelHandlerContext ctx) {
        ByteBuf answer = method.equals(HttpMethod.GET)
                ? body.whole()
                : Unpooled.copiedBuffer(whole && came == body.length() ? WHOLE : "not whole",
                        StandardCharsets.US_ASCII);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK, answer);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.readableBytes());
        ctx.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
