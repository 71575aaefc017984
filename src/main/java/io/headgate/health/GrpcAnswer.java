package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;

/** Reads the answer to a gRPC check: headers, one short message, and trailers with the call's status. */
final class GrpcAnswer extends Http2ChannelDuplexHandler {

    /** A HealthCheckResponse takes 7 bytes; there may be unknown fields. */
    private static final int LONGEST = 1024;

    private final Promise<Finding> finding;
    private final ByteBuf message = Unpooled.buffer(16, LONGEST);

    GrpcAnswer(Promise<Finding> finding) {
        this.finding = finding;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        try {
            read(frame);
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void read(Object frame) {
        switch (frame) {
            case Http2HeadersFrame headers -> headers(headers);
            case Http2DataFrame data -> data(data);
            case Http2ResetFrame reset -> fail("the stream was reset: " + name(reset.errorCode()));
            case Http2GoAwayFrame goAway when goAway.errorCode() != Http2Error.NO_ERROR.code() -> fail(
                    "the connection was closed: " + name(goAway.errorCode()));
            default -> {
                // settings and the like are the codec's business
            }
        }
    }

    private void headers(Http2HeadersFrame frame) {
        CharSequence status = frame.headers().status();
        if (status != null && !status.toString().equals("200")) {
            fail("HTTP " + status);
        } else if (frame.isEndStream()) {
            call(frame.headers());
        }
    }

    private void data(Http2DataFrame frame) {
        if (frame.content().readableBytes() > message.maxWritableBytes()) {
            fail("the answer is longer than " + LONGEST + " bytes");
        } else {
            message.writeBytes(frame.content());
            if (frame.isEndStream()) {
                fail("the answer has no grpc-status");
            }
        }
    }

    private void call(Http2Headers trailers) {
        CharSequence status = trailers.get("grpc-status");
        if (status == null) {
            fail("the answer has no grpc-status");
        } else if (!status.toString().equals("0")) {
            CharSequence text = trailers.get("grpc-message");
            fail("grpc-status " + status + (text == null ? "" : ": " + text));
        } else {
            serving();
        }
    }

    private void serving() {
        try {
            GrpcHealth.Status status = GrpcHealth.response(message);
            boolean serving = status == GrpcHealth.Status.SERVING;
            finding.trySuccess(serving ? Finding.passed("SERVING") : Finding.failed(status.name()));
        } catch (CorruptedFrameException e) {
            fail("the answer is not a health status: " + CheckTexts.of(e));
        }
    }

    private static String name(long errorCode) {
        Http2Error error = Http2Error.valueOf(errorCode);
        return error == null ? Long.toString(errorCode) : error.name();
    }

    private void fail(String detail) {
        finding.trySuccess(Finding.failed(CheckTexts.line(detail)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("closed without an answer");
    }
}
