package io.headgate.l7.port;

import io.headgate.l7.Problem;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** The last answer on a connection: why a request got no other. */
final class Refusal extends DefaultFullHttpResponse {

    Refusal(Violation violation) {
        Reason reason = violation.reason();
        super(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reason.status()),
                Unpooled.wrappedBuffer(Problem.body(reason, violation.detail())));
        headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
        headers().setInt(HttpHeaderNames.CONTENT_LENGTH, content().readableBytes());
        headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
}
