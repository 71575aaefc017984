package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * What the client's head said about the request as a message. It is read before any edit and written again
 * afterwards, so that no edit can make the member see other message bounds than Headgate does.
 */
record RequestHead(String method, String target, boolean http11, boolean keepAlive, boolean isHead,
        boolean chunked, @Nullable String length, boolean expectsContinue, boolean webSocket) {

    static RequestHead of(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        boolean keepAlive = http11;
        if (connection != null) {
            keepAlive = !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)
                    && (http11 || headers.containsValue(HttpHeaderNames.CONNECTION,
                            HttpHeaderValues.KEEP_ALIVE, true));
        }
        boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return new RequestHead(request.method().name(), request.uri(), http11, keepAlive,
                request.method().equals(HttpMethod.HEAD), chunked, length,
                (chunked || length != null) && expectsContinue(request),
                FastLane.asksForWebSocket(request));
    }

    /**
     * Whether a client that speaks HTTP/1.1 waits to be told to send the body, in whichever line it says so.
     */
    static boolean expectsContinue(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.EXPECT)
                && request.headers().containsValue(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true)
                && request.protocolVersion().isKeepAliveDefault();
    }

    boolean hasBody() {
        return chunked || (length != null && !length.equals("0"));
    }

    boolean isRepeatable() {
        return Repeatable.is(method, hasBody());
    }

    /**
     * Frames the request for the member.
     *
     * @param edited whether a filter may have changed what the client's head said
     */
    void frame(HttpRequest request, boolean edited) {
        HttpHeaders headers = request.headers();
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        if (edited) {
            restoreFraming(headers);
        } else if (!chunked && length == null && expectsLength()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        }
        if (webSocket) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
    }

    private void restoreFraming(HttpHeaders headers) {
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            if (length != null) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
            } else if (expectsLength()) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
            } else {
                headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            }
        }
    }

    /** Methods that usually have a body say so when they have none (RFC 9110, 8.6). */
    private boolean expectsLength() {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }
}
