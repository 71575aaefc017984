package io.headgate.health;

import io.headgate.net.HeadLimits;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;

/**
 * Passes when the member answers an HTTP/1.1 request with an expected status and, if configured, an expected
 * body.
 *
 * @param patience how long the connection stays only to let the member end its answer
 */
record HttpCheck(Dial dial, CheckSpec.Http spec, Duration patience) implements Check {

    /** Long enough for a page that is ready, and short enough to be over before the next check. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    /** Larger pieces of a body are read in parts. */
    private static final int MAX_CHUNK = 8 * 1024;

    @Override
    public Future<?> start(Target target, EventLoop loop, Promise<Finding> finding) {
        return dial.open(target, loop, finding,
                channel -> channel.pipeline().addLast(
                        new HttpClientCodec(HeadLimits.LINE, HeadLimits.HEADERS, MAX_CHUNK),
                        new HttpAnswer(spec, patience, finding)),
                channel -> channel.writeAndFlush(request(target)).addListener(sent -> {
                    if (!sent.isSuccess()) {
                        finding.trySuccess(Finding.failed(sent.cause()));
                    }
                }));
    }

    private FullHttpRequest request(Target target) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(spec.method()), spec.path(), Unpooled.EMPTY_BUFFER);
        request.headers().set(HttpHeaderNames.HOST, host(target))
                .set(HttpHeaderNames.USER_AGENT, Words.USER_AGENT)
                .set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        spec.headers().forEach(header -> request.headers().remove(header.name()));
        spec.headers().forEach(header -> request.headers().add(header.name(), header.value()));
        return request;
    }

    private String host(Target target) {
        if (spec.host() != null) {
            return spec.host();
        }
        CheckTls tls = dial.tls();
        return tls != null && tls.serverName() != null ? tls.serverName() : target.authority();
    }
}
