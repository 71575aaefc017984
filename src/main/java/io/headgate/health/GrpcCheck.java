package io.headgate.health;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/**
 * Passes when the member's grpc.health.v1 service says SERVING. In clear text, the connection is HTTP/2 from
 * the first byte on (prior knowledge, as in gRPC). Through TLS, ALPN offers it.
 */
record GrpcCheck(CheckConnection dial, CheckSpec.Grpc spec) implements Check {

    @Override
    public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
        return dial.open(target, loop, finding,
                channel -> channel.pipeline().addLast(codec(), new GrpcAnswer(finding)),
                channel -> ask(channel, target, finding));
    }

    /** Closes at once, whatever is still open. */
    private static Http2FrameCodec codec() {
        return Http2FrameCodecBuilder.forClient().gracefulShutdownTimeoutMillis(0).build();
    }

    private void ask(Channel channel, CheckedMember target, Promise<Finding> finding) {
        Http2FrameStream stream = channel.pipeline().get(GrpcAnswer.class).newStream();
        channel.write(new DefaultHttp2HeadersFrame(headers(target)).stream(stream))
                .addListener(sent -> orFail(sent, finding));
        channel.writeAndFlush(
                new DefaultHttp2DataFrame(GrpcHealth.request(spec.service()), true).stream(stream))
                .addListener(sent -> orFail(sent, finding));
    }

    private static void orFail(Future<?> sent, Promise<Finding> finding) {
        if (!sent.isSuccess()) {
            finding.trySuccess(Finding.failed(sent.cause()));
        }
    }

    private Http2Headers headers(CheckedMember target) {
        CheckTls tls = dial.tls();
        String authority = tls != null && tls.serverName() != null
                ? tls.serverName()
                : target.authority();
        return new DefaultHttp2Headers().method("POST").scheme(tls == null ? "http" : "https")
                .authority(authority).path("/grpc.health.v1.Health/Check")
                .add("content-type", "application/grpc").add("te", "trailers")
                .add("user-agent", CheckTexts.USER_AGENT);
    }
}
