package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * What the guard of an HTTP/1.1 connection and that of an HTTP/2 stream have in common: which requests they
 * let through, how large a body may be, and how long its client may pause. A base class and not a part of
 * theirs, so that a stream needs no object more.
 */
abstract sealed class RequestGuard extends ChannelDuplexHandler permits ClientGuard, StreamGuard {

    private static final AsciiString STRICT_TRANSPORT = AsciiString.cached("strict-transport-security");

    /**
     * More than any honest client sends (servers of the field accept 100, and some any number). Each costs
     * the same however short it is, and the limit of a head's size alone allows thousands.
     */
    static final int MAX_HEADERS = 200;

    final Port port;
    final ClientLimits limits;
    final RequestRules rules;
    /** Bytes that have come of the body of the current request. */
    long bodyBytes;

    RequestGuard(Port port, ClientLimits limits, RequestRules rules) {
        this.port = port;
        this.limits = limits;
        this.rules = rules;
    }

    /** The deadline for more of the current request's body; null when no body is to come. */
    abstract @Nullable Deadline bodyDeadline();

    /** The violation, unless it is one that is only reported: that is done, and the request is served. */
    final @Nullable Violation unlessTolerated(@Nullable Violation violation, Channel connection) {
        if (violation == null || !rules.tolerates(violation)) {
            return violation;
        }
        port.reports().tolerated(connection, violation);
        return null;
    }

    /** Why there is no room for a request that keeps the rules, null when there is. */
    final @Nullable Violation beyondLimits(HttpRequest head) {
        if (head.headers().size() > MAX_HEADERS) {
            return tooManyHeaders();
        }
        if (port.resources().isMemorySpent()) {
            return Violation.of(Reason.MEMORY_SHORT);
        }
        return limits.maxBodySize() > 0 && HttpUtil.getContentLength(head, 0L) > limits.maxBodySize()
                ? Violation.of(Reason.BODY_TOO_LARGE)
                : null;
    }

    static Violation tooManyHeaders() {
        return new Violation(Reason.HEADERS_TOO_LARGE, null, "more than " + MAX_HEADERS + " headers");
    }

    /** More of the body has come. Why it is too much, null when it is not. */
    final @Nullable Violation beyondLimits(HttpContent content) {
        bodyBytes += content.content().readableBytes();
        return limits.maxBodySize() > 0 && bodyBytes > limits.maxBodySize()
                ? Violation.of(Reason.BODY_TOO_LARGE)
                : null;
    }

    /** Tells a client that came through TLS to come by nothing else. */
    final void strictTransport(HttpResponse answer, Channel channel) {
        String value = port.https().strictTransport();
        if (value != null && Arrivals.of(channel).secure()) {
            answer.headers().set(STRICT_TRANSPORT, value);
        }
    }

    /** A lane that asks for bytes waits for the client. While none asks, it is the client that waits. */
    @Override
    public void read(ChannelHandlerContext context) {
        Deadline deadline = bodyDeadline();
        if (deadline != null) {
            deadline.in(limits.bodyTimeout());
        }
        context.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Deadline deadline = bodyDeadline();
        if (deadline != null) {
            deadline.clear();
        }
        context.fireChannelReadComplete();
    }
}
