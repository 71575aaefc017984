package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.Problem;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.route.Answer;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Headgate's own answers. */
final class Replies {

    private Replies() {
    }

    /**
     * Says why there is no other answer.
     *
     * @param status which may not be the reason's usual one
     * @param text the body
     * @param withBody false for HEAD, whose answer only says how long the body would be
     */
    static FullHttpResponse problem(HttpResponseStatus status, byte[] text, boolean withBody) {
        ByteBuf body = withBody ? Unpooled.wrappedBuffer(text) : Unpooled.EMPTY_BUFFER;
        FullHttpResponse reply = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        reply.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
        reply.headers().set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        if (status.code() == 503) {
            reply.headers().set(HttpHeaderNames.RETRY_AFTER, Problem.RETRY_AFTER);
        }
        return reply;
    }

    /**
     * A page in the place of an answer, of which the rest of the head stays.
     *
     * @param withBody false for HEAD, as above
     */
    static FullHttpResponse page(ErrorPage page, byte[] text, HttpResponse answer, boolean withBody) {
        HttpHeaders headers = answer.headers();
        headers.names().stream().filter(ErrorPage.OF_BODY::contains).toList().forEach(headers::remove);
        headers.set(HttpHeaderNames.CONTENT_TYPE, page.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        headers.add(HttpHeaderNames.VARY, "Accept");
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(),
                withBody ? Unpooled.wrappedBuffer(text) : Unpooled.EMPTY_BUFFER, headers,
                LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders());
    }

    /** Whether an answer of a filter is an error of which the filter says nothing more. */
    static boolean isBare(FullHttpResponse answer) {
        return answer.status().code() >= 400 && !answer.content().isReadable()
                && answer.headers().getInt(HttpHeaderNames.CONTENT_LENGTH, 0) == 0;
    }

    /** @param withBody false for HEAD, as above */
    static FullHttpResponse answer(Answer answer, boolean withBody) {
        int length = ResponseHead.hasNoBody(answer.status()) ? 0 : answer.body().length;
        FullHttpResponse reply = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                withBody && length > 0 ? Unpooled.wrappedBuffer(answer.body()) : Unpooled.EMPTY_BUFFER);
        add(reply, answer.headers());
        if (!ResponseHead.hasNoBody(answer.status())) {
            reply.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return reply;
    }

    /** The refusal of a call of gRPC: nothing but a head, with what else this answer says there. */
    static FullHttpResponse grpc(Reason reason, FullHttpResponse answer) {
        FullHttpResponse reply = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.EMPTY_BUFFER, answer.headers(), answer.trailingHeaders());
        int status = answer.status().code();
        answer.release();
        reply.headers().remove(HttpHeaderNames.CONTENT_LENGTH).set(HttpHeaderNames.CONTENT_TYPE, Grpc.TYPE);
        refuse(reply.headers(), reason, status);
        return reply;
    }

    /** The end of a call of gRPC whose answer has begun. */
    static LastHttpContent grpcEnd(Reason reason) {
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        refuse(last.trailingHeaders(), reason, reason.status());
        return last;
    }

    private static void refuse(HttpHeaders headers, Reason reason, int status) {
        headers.set(Grpc.STATUS, String.valueOf(Grpc.status(reason, status))).set(Grpc.MESSAGE,
                Grpc.message(reason));
    }

    /** Adds names and values in turn. */
    static void add(FullHttpResponse reply, List<String> headers) {
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            reply.headers().add(headers.get(i), headers.get(i + 1));
        }
    }

    /** Tells the client whether its connection stays. */
    static void connection(FullHttpResponse reply, RequestHead request, boolean stays) {
        if (!stays) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!request.http11()) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
