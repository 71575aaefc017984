package io.headgate.health;

import io.headgate.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A grpc.health.v1 service on a loopback port, on Netty's HTTP/2. */
final class TestGrpcServer implements AutoCloseable {

    private final Channel listening;
    private final Map<CharSequence, String> seen = new ConcurrentHashMap<>();
    private volatile Answer answer;

    /**
     * @param status the HTTP status
     * @param message the framed message in hexadecimal digits, empty for none
     * @param grpcStatus null for no trailers
     */
    record Answer(String status, String message, @Nullable String grpcStatus) {

        static final Answer SERVING = new Answer("200", "00000000020801", "0");
        static final Answer NOT_SERVING = new Answer("200", "00000000020802", "0");
    }

    TestGrpcServer(EventLoops loops, Answer answer, @Nullable SslContext tls) throws InterruptedException {
        this.answer = answer;
        this.listening = new ServerBootstrap().group(loops.group()).channel(loops.transport().serverSocket())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline().addLast(new Call());
                                    }
                                }));
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
    }

    void answer(Answer next) {
        answer = next;
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** The last request's headers; under {@code alpn} what TLS agreed on. */
    Map<CharSequence, String> seen() {
        return seen;
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
    }

    private final class Call extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                headers.headers().forEach(header -> seen.put(header.getKey().toString(),
                        header.getValue().toString()));
                SslHandler tls = ctx.channel().parent().pipeline().get(SslHandler.class);
                String protocol = tls == null ? "none" : tls.applicationProtocol();
                seen.put("alpn", protocol == null ? "none" : protocol);
                answer(ctx, answer);
            }
            ReferenceCountUtil.release(frame);
        }

        @SuppressWarnings("FutureReturnValueIgnored")
        private void answer(ChannelHandlerContext ctx, Answer answer) {
            boolean bare = answer.message().isEmpty();
            ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(answer.status())
                    .add("content-type", "application/grpc"), bare && answer.grpcStatus() == null));
            if (!bare) {
                ctx.write(new DefaultHttp2DataFrame(
                        Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(answer.message())),
                        answer.grpcStatus() == null));
            }
            if (answer.grpcStatus() != null) {
                ctx.write(new DefaultHttp2HeadersFrame(
                        new DefaultHttp2Headers().add("grpc-status", answer.grpcStatus())
                                .add("grpc-message", "because"),
                        true));
            }
            ctx.flush();
        }
    }

    /** For a server's TLS context. */
    static final String PROTOCOL = ApplicationProtocolNames.HTTP_2;
}
