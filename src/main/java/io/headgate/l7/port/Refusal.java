package io.headgate.l7.port;

import io.headgate.l7.Grpc;
import io.headgate.l7.Problem;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

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

    /** The answer to a call of gRPC: nothing but a head. */
    static FullHttpResponse ofCall(Violation violation) {
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.EMPTY_BUFFER);
        say(violation, answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Grpc.TYPE));
        return answer;
    }

    /** The end of an answer to such a call that has begun. */
    static LastHttpContent endOfCall(Violation violation) {
        LastHttpContent end = new DefaultLastHttpContent();
        say(violation, end.trailingHeaders());
        return end;
    }

    private static void say(Violation violation, HttpHeaders headers) {
        Reason reason = violation.reason();
        headers.setInt(Grpc.STATUS, Grpc.status(reason, reason.status()))
                .set(Grpc.MESSAGE, Grpc.message(reason, violation.detail()));
    }
}
