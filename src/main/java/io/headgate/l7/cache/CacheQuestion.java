package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as the cache sees it.
 *
 * @param route the id of the route that took it
 * @param method as received
 * @param host as received, in lower case
 * @param target as received
 * @param routed the target for the member, as the route's filters have left it
 * @param headers as the route's filters have left them
 * @param hasBody whether the client sends one
 * @param secure whether it came through TLS
 * @param personal whether it is known who sends it, although the headers may no longer say so: by a filter
 *            that takes the credentials off, by the connection's login, or by a certificate
 */
public record CacheQuestion(String route, String method, String host, String target, String routed,
        HttpHeaders headers, boolean hasBody, boolean secure, boolean personal) {

    /**
     * Applications take another method, host or path from these than from where the key has them. An answer
     * to a request with one of them is nobody else's.
     */
    private static final List<AsciiString> OVERRIDES = List.of("x-http-method-override", "x-http-method",
            "x-method-override", "x-original-url", "x-rewrite-url", "x-original-host", "x-host",
            "x-forwarded-server", "x-forwarded-scheme", "x-original-uri", "x-override-url").stream()
            .map(AsciiString::cached).toList();

    /** What a trusted peer says about the client's own request, and members may put into links. */
    private static final List<AsciiString> FORWARDED = List.of("x-forwarded-host", "x-forwarded-proto",
            "x-forwarded-port", "x-forwarded-prefix").stream().map(AsciiString::cached).toList();

    CacheQuestion with(HttpHeaders others) {
        return new CacheQuestion(route, method, host, target, routed, others, hasBody, secure,
                personal);
    }

    /** Whether the answer may be meant for the sender alone (RFC 9111, 3.5). */
    boolean hasCredentials() {
        return personal || headers.contains(HttpHeaderNames.AUTHORIZATION);
    }

    boolean isGet() {
        return method.equals("GET");
    }

    /** Whether it asks for all of the answer. */
    boolean isWhole() {
        return isGet() && !headers.contains(HttpHeaderNames.RANGE);
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** RFC 9110, 9.2.1. Of an unknown method, the worst is assumed. */
    boolean isSafe() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /** Why it has nothing to do with the cache; null if it has. */
    @Nullable
    String bypasses(CacheRules rules) {
        if (!isGet() && !isHead()) {
            return "method";
        }
        if (hasBody) {
            return "body";
        }
        if (headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return "upgrade";
        }
        if (headers.contains(HttpHeaderNames.IF_MATCH)
                || headers.contains(HttpHeaderNames.IF_UNMODIFIED_SINCE)) {
            return "precondition";
        }
        for (AsciiString name : OVERRIDES) {
            if (headers.contains(name)) {
                return "override";
            }
        }
        for (String name : rules.bypassHeaders()) {
            if (headers.contains(name)) {
                return "header";
            }
        }
        for (String name : rules.bypassCookies()) {
            if (cookie(name) != null) {
                return "cookie";
            }
        }
        return null;
    }

    @Nullable
    String cookie(String name) {
        for (String line : headers.getAll(HttpHeaderNames.COOKIE)) {
            for (String pair : line.split(";", -1)) {
                int mark = pair.indexOf('=');
                if (mark > 0 && pair.substring(0, mark).strip().equals(name)) {
                    return pair.substring(mark + 1).strip();
                }
            }
        }
        return null;
    }

    CacheKey key(CacheRules rules) {
        StringBuilder rest = new StringBuilder(route).append('\n').append(secure ? 's' : 'p');
        if (!routed.equals(target)) {
            part(rest, routed);
        }
        String named = headers.get(HttpHeaderNames.HOST);
        if (named != null && !named.equalsIgnoreCase(host)) {
            part(rest, "host " + named.toLowerCase(Locale.ROOT));
        }
        for (AsciiString name : FORWARDED) {
            if (headers.contains(name)) {
                part(rest, name + " " + String.join(",", headers.getAll(name)));
            }
        }
        for (String name : rules.keyHeaders()) { // named: answers on disk outlive a change of the names
            part(rest, "header " + name + ' ' + String.join("\0", headers.getAll(name)));
        }
        for (String name : rules.keyCookies()) {
            String value = cookie(name);
            part(rest, "cookie " + name + (value == null ? "" : "=" + value));
        }
        return new CacheKey(host + target, rest.toString());
    }

    /** No field of a request can have a line feed. */
    private static void part(StringBuilder to, String part) {
        to.append('\n').append(part);
    }
}
