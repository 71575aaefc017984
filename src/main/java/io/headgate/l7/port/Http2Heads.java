package io.headgate.l7.port;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Whether the head of a stream is a request (RFC 9113, 8.3.1 and 8.5). Asked before it becomes a message of
 * HTTP/1.1: Netty mistakes a head without a method for trailers, and leaks a buffer for each head that cannot
 * become such a message.
 */
final class Http2Heads {

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
}
