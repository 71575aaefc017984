package io.headgate.l7.fast;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;

/**
 * Headers that are about one connection and stay on it (RFC 9110, 7.6.1): these, and those that Connection
 * lists. Transfer-Encoding is not among them, because each forwarded message is framed anew.
 */
final class HopByHop {

    private static final AsciiString[] NAMES = {HttpHeaderNames.CONNECTION, AsciiString.cached("keep-alive"),
            AsciiString.cached("proxy-connection"), HttpHeaderNames.PROXY_AUTHENTICATE,
            HttpHeaderNames.PROXY_AUTHORIZATION, HttpHeaderNames.TE, HttpHeaderNames.TRAILER,
            HttpHeaderNames.UPGRADE, AsciiString.cached("x-application-context")};

    private HopByHop() {
    }

    static void remove(HttpHeaders headers) {
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        if (connection != null && !(isPlain(connection) && isOnlyLine(headers))) {
            removeListed(headers, headers.getAll(HttpHeaderNames.CONNECTION));
        }
        for (AsciiString name : NAMES) {
            headers.remove(name);
        }
    }

    private static boolean isPlain(String connection) {
        return connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close");
    }

    private static boolean isOnlyLine(HttpHeaders headers) {
        Iterator<String> lines = headers.valueStringIterator(HttpHeaderNames.CONNECTION);
        lines.next();
        return !lines.hasNext();
    }

    /** Headers that frame the message or say where it goes cannot be removed in this way. */
    private static void removeListed(HttpHeaders headers, List<String> lines) {
        for (String line : lines) {
            for (String token : line.split(",", -1)) {
                String name = token.strip();
                if (!name.isEmpty() && !HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)
                        && !HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                        && !HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
                    headers.remove(name);
                }
            }
        }
    }
}
