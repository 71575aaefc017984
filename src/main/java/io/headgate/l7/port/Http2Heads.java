package io.headgate.l7.port;

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
        return HttpMethod.CONNECT.asciiName().contentEqualsIgnoreCase(method)
                ? isTarget(head.authority())
                : isTarget(head.path()) && head.scheme() != null;
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

    /** Takes out all but what a request line is made of. */
    static void shorten(Http2Headers head) {
        CharSequence method = head.method();
        CharSequence scheme = head.scheme();
        CharSequence authority = head.authority();
        CharSequence path = head.path();
        head.clear();
        set(method, head::method);
        set(scheme, head::scheme);
        set(authority, head::authority);
        set(path, head::path);
    }

    private static void set(@Nullable CharSequence value, Consumer<CharSequence> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
