package io.headgate.l7.fast;

import io.headgate.l7.AsciiSet;
import io.headgate.l7.TargetEscapes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which requests may take the fast lane, whatever their route. */
final class FastLane {

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
            HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS, HttpMethod.TRACE);

    private static final AsciiSet USUAL = AsciiSet.lettersDigitsAnd("-._:[]");

    private FastLane() {
    }

    static boolean takes(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return METHODS.contains(request.method()) && request.uri().charAt(0) == '/'
                && isUsual(headers.get(HttpHeaderNames.HOST));
    }

    /** The slow lane's targets are java.net.URIs, which have every escape. */
    static void escape(HttpRequest request) {
        request.setUri(TargetEscapes.escaped(request.uri()));
    }

    /** A host that the index and the pattern matcher certainly read in the same way. */
    private static boolean isUsual(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return false;
        }
        char last = '.';
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!USUAL.contains(c) || (c == '.' && last == '.')) {
                return false;
            }
            last = c;
        }
        return last != '.';
    }

    /** Whether the client asks for a WebSocket. Any other protocol is not offered to the member. */
    static boolean asksForWebSocket(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.UPGRADE) && request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE))
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    /** As RFC 6455 has it; what came before it is not a tunnel from the head's end on. */
    static boolean agreesToWebSocket(HttpResponse response) {
        return response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT) && HttpHeaderValues.WEBSOCKET
                .contentEqualsIgnoreCase(response.headers().get(HttpHeaderNames.UPGRADE));
    }
}
