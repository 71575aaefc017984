package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.ClientRule;
import io.headgate.l7.Grpc;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/**
 * Holds one stream of HTTP/2, which is one request, to the rules and limits of its port, before both lanes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a stream that is being closed has no use for them
final class StreamGuard extends RequestGuard {

    /** A client may never grant the window that a refusal needs: the stream is reset after this time. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** What refused heads cost us, in frames of {@link FrameBudget}; browsers repeat those that are large. */
    private static final int LARGE_HEAD = 8;
    private static final int MANY_FIELDS = 20;

    private final Ticker ticker;
    private final @Nullable Http2Session connection;
    /** Null when no more of a body is to come. */
    private @Nullable Deadline deadline;
    /** A call of gRPC, whose client may be silent while it listens. */
    private boolean call;
    /** A WebSocket, whose bytes are those of no body. */
    private boolean webSocket;
    private @Nullable HttpRequest request;
    /** A lane has the request, and reports its end. */
    private boolean passedOn;
    private boolean answering;
    private boolean answered;
    /** The stream is one too many, or comes after the last that is served. */
    private boolean unwanted;
    private boolean refused;

    StreamGuard(Port port, ClientLimits limits, RequestRules rules, Ticker ticker,
            @Nullable Http2Session connection) {
        super(port, limits, rules);
        this.ticker = ticker;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (connection != null) {
            connection.began();
            unwanted = context.channel() instanceof Http2StreamChannel stream
                    && connection.refuses(stream.stream().id());
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        endDeadline();
        if (connection != null) {
            connection.ended();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        if (unwanted || (request == null && !(msg instanceof HttpRequest))) {
            ReferenceCountUtil.release(msg);
            drop(context, unwanted ? Http2Error.REFUSED_STREAM : Http2Error.PROTOCOL_ERROR);
            return;
        }
        Violation bad = refused ? null : msg instanceof HttpRequest head ? refusal(context, head) : null;
        if (bad == null && !refused && msg instanceof HttpContent content) {
            bad = refusal(content);
        }
        if (bad != null) {
            refuse(context, bad);
        }
        if (refused) {
            ReferenceCountUtil.release(msg);
        } else {
            passedOn |= msg instanceof HttpRequest;
            context.fireChannelRead(msg);
        }
    }

    /** What comes is no request, or not to be served here: none of it is answered (RFC 9113, 8.1.1). */
    private void drop(ChannelHandlerContext context, Http2Error why) {
        if (!refused) {
            refused = true;
            reset(context, why);
        }
    }

    private @Nullable Violation refusal(ChannelHandlerContext context, HttpRequest head) {
        request = head;
        call = Grpc.is(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
        for (ExtensionHeaderNames name : ExtensionHeaderNames.values()) {
            head.headers().remove(name.text()); // the codec adds them, for itself
        }
        if (connection != null && connection.hasTooManyFields(context.channel())) {
            connection.refusedHead(MANY_FIELDS);
            return tooManyHeaders();
        }
        if (size(head) > port.maxHead()) {
            if (connection != null) {
                connection.refusedHead(LARGE_HEAD);
            }
            return Violation.of(Reason.HEADERS_TOO_LARGE);
        }
        Channel parent = context.channel().parent();
        Violation bad = unlessTolerated(rules.http2Refusal(head), parent);
        String carries = connection == null ? null : connection.carries(context.channel());
        if (carries != null && (bad == null || rules.tolerates(bad))) {
            bad = asUpgrade(head, carries);
        }
        if (bad == null) {
            rules.normalise(head);
            bad = port.resources().hasTooManyStreams()
                    ? Violation.of(Reason.MEMORY_SHORT)
                    : beyondLimits(head);
        }
        if (bad != null) {
            return bad;
        }
        ForwardedNames.drop(head.headers(), parent, port.forwarding());
        RequestIds.give(head.headers(), parent, port.forwarding());
        if (!webSocket && !(head instanceof LastHttpContent)) {
            deadline = new Deadline(context.channel().eventLoop(), ticker,
                    () -> refuse(context, Violation.of(Reason.BODY_TIMEOUT)));
            deadline.in(limits.bodyTimeout());
        }
        return null;
    }

    /** Both lanes know a WebSocket by what HTTP/1.1 says of it. Why it is refused, null if it is not. */
    private @Nullable Violation asUpgrade(HttpRequest head, String protocol) {
        HttpHeaders headers = head.headers();
        if (!HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(protocol)) {
            return Violation.of(Reason.PROTOCOL_UNSUPPORTED);
        }
        if (head instanceof LastHttpContent || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return Violation.of(ClientRule.FRAMING, "a WebSocket has no length");
        }
        webSocket = true;
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        return null;
    }

    private static long size(HttpRequest head) {
        long size = (long) head.method().name().length() + head.uri().length();
        Iterator<Map.Entry<CharSequence, CharSequence>> headers = head.headers().iteratorCharSequence();
        while (headers.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = headers.next();
            size += header.getKey().length() + header.getValue().length();
        }
        return size;
    }

    private @Nullable Violation refusal(HttpContent content) {
        Violation bad = webSocket ? null : beyondLimits(content);
        if (bad == null && content instanceof LastHttpContent) {
            endDeadline();
        }
        return bad;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        super.read(context);
        if (connection != null) {
            connection.taken();
        }
        if (deadline != null || webSocket) {
            context.flush(); // a read that finds another one under way writes a window update, and flushes
                             // none
        }
    }

    private void endDeadline() {
        if (deadline != null) {
            deadline.end();
            deadline = null;
        }
    }

    @Override
    @Nullable
    Deadline bodyDeadline() {
        return listens() ? null : deadline;
    }

    /** The rest of the body is due when the answer is over, and not before. */
    private boolean listens() {
        return call && answering && !answered;
    }

    @Override
    public void write(ChannelHandlerContext context, Object msg, ChannelPromise promise) {
        if (refused) {
            ReferenceCountUtil.release(msg);
            promise.tryFailure(new AbortedException("the request was refused"));
            return;
        }
        if (msg instanceof HttpResponse response) {
            strictTransport(response, context.channel());
            answering |= response.status().code() >= 200;
        }
        answered |= answering && msg instanceof LastHttpContent;
        if (call && answering && deadline != null) {
            deadline.in(answered ? limits.bodyTimeout() : Duration.ZERO);
        }
        if (connection != null) {
            connection.answered(msg instanceof HttpContent part ? part.content().readableBytes() : 0);
        }
        context.write(msg, promise);
    }

    /** Answers, unless an answer is being written already, and resets the stream. */
    private void refuse(ChannelHandlerContext context, Violation violation) {
        refused = true;
        endDeadline();
        if (passedOn || request == null) {
            Refused.because(context.channel(), violation.reason());
        } else {
            port.reports().refused(context.channel().parent(), request, violation, bodyBytes, call);
        }
        if (answering && (answered || !call)) {
            reset(context, answered ? Http2Error.NO_ERROR : Http2Error.CANCEL);
            return;
        }
        context.writeAndFlush(answering ? Refusal.endOfCall(violation) : answer(context, violation))
                .addListener(written -> reset(context, Http2Error.NO_ERROR));
        context.executor().schedule(() -> context.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }

    private FullHttpResponse answer(ChannelHandlerContext context, Violation violation) {
        FullHttpResponse refusal = call ? Refusal.ofCall(violation) : new Refusal(violation);
        strictTransport(refusal, context.channel());
        if (request != null && request.method().equals(HttpMethod.HEAD)) {
            refusal.content().clear();
        }
        return refusal;
    }

    /** Where the answer is whole, NO_ERROR tells the client to send no more (RFC 9113, 8.1). */
    private static void reset(ChannelHandlerContext context, Http2Error why) {
        context.writeAndFlush(new DefaultHttp2ResetFrame(why));
        context.close();
    }

    /** A request that cannot be read is no request (RFC 9113, 8.1.1). */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable deepest = cause instanceof Http2Exception ? cause : cause.getCause();
        if (deepest instanceof Http2Exception malformed) {
            reset(context, malformed.error());
        } else if (request == null && cause instanceof DecoderException) {
            drop(context, Http2Error.PROTOCOL_ERROR);
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
