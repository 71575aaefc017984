package io.headgate.l7.port;

import io.headgate.l7.Grpc;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the head of a stream is a request (RFC 9113, 8.3.1 and 8.5). Asked before it becomes a message of
 * HTTP/1.1: Netty mistakes a head without a method for trailers, and leaks a buffer for each head that cannot
 * become such a message.
 */
final class Http2Heads {

    /** Each cookie may be a field of its own (RFC 9113, 8.2.3); browsers keep up to 180 for a site. */
    private static final int MAX_COOKIES = 1000;
    private static final int PSEUDO_HEADERS = 4;

    private Http2Heads() {
    }

    static boolean isRequest(Http2Headers head) {
        CharSequence method = head.method();
        if (method == null || method.isEmpty() || HttpHeaderValidationUtil.validateToken(method) >= 0) {
            return false;
        }
        boolean connects = HttpMethod.CONNECT.asciiName().contentEqualsIgnoreCase(method);
        if (protocol(head) != null) { // RFC 8441, 4
            return connects && isTarget(head.authority()) && isTarget(head.path()) && head.scheme() != null;
        }
        return connects ? isTarget(head.authority()) : isTarget(head.path()) && head.scheme() != null;
    }

    /** What the stream is to carry instead of an answer (RFC 8441, 4); null for nothing. */
    static @Nullable CharSequence protocol(Http2Headers head) {
        return head.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    }

    /** Makes it the GET that asks for the same in HTTP/1.1, but for what the connection says there. */
    static void asGet(Http2Headers head) {
        head.remove(Http2Headers.PseudoHeaderName.PROTOCOL.value());
        head.method(HttpMethod.GET.asciiName());
    }

    private static boolean isTarget(@Nullable CharSequence target) {
        return target != null && !target.isEmpty() && HttpUtil.isEncodingSafeStartLineToken(target);
    }

    /**
     * Whether there are more fields than a request may have. A field that both sides have in their table
     * costs the client one byte, and us a hundred times as much.
     */
    static boolean isTooLong(Http2Headers head) {
        if (head.size() <= RequestGuard.MAX_HEADERS + PSEUDO_HEADERS) {
            return false;
        }
        int cookies = 0;
        Iterator<CharSequence> values = head.valueIterator(HttpHeaderNames.COOKIE);
        while (values.hasNext()) {
            values.next();
            cookies++;
        }
        return cookies > MAX_COOKIES || head.size() - cookies > RequestGuard.MAX_HEADERS + PSEUDO_HEADERS;
    }

    /** Takes out all but what a request line is made of, and what says how it is to be refused. */
    static void shorten(Http2Headers head) {
        CharSequence method = head.method();
        CharSequence scheme = head.scheme();
        CharSequence authority = head.authority();
        CharSequence path = head.path();
        CharSequence type = head.get(HttpHeaderNames.CONTENT_TYPE);
        head.clear();
        set(method, head::method);
        set(scheme, head::scheme);
        set(authority, head::authority);
        set(path, head::path);
        if (type != null && Grpc.is(type.toString())) {
            head.set(HttpHeaderNames.CONTENT_TYPE, type);
        }
    }

    private static void set(@Nullable CharSequence value, Consumer<CharSequence> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
