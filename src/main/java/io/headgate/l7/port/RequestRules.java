package io.headgate.l7.port;

import io.headgate.l7.AsciiSet;
import io.headgate.l7.ClientRule;
import io.headgate.l7.Strictness;
import io.headgate.l7.TargetEscapes;
import io.headgate.pool.Reason;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every request must be like, whichever lane will serve it: what two readers could understand in two
 * ways is refused, and the connection with it. The decoder has refused already what breaks the framing: both
 * length and chunks, two lengths, chunks of HTTP/1.0, line ends that are not CRLF, white space before a
 * colon.
 */
final class RequestRules {

    private static final AsciiSet HOST_CHARACTERS = AsciiSet.lettersDigitsAnd("-._:[]~%!$&'()*+,;=");

    private static final Pattern KEEP_ALIVE = Pattern.compile("(?i)(^|,)\\s*keep-alive\\s*(?=,|$)");

    private final Strictness strictness;
    private final TargetRules targets;
    /** Whether targets are served that have to be made ones of a single meaning first. */
    private final boolean escapes;

    RequestRules(Strictness strictness) {
        this.strictness = strictness;
        this.targets = new TargetRules(strictness);
        this.escapes = strictness.serves(ClientRule.LONE_PERCENT)
                || strictness.serves(ClientRule.BEYOND_ASCII);
    }

    /** Whether a request that has this wrong with it is served, and only told of. */
    boolean serves(Violation violation) {
        return violation.rule() != null && strictness.reports(violation.rule());
    }

    /**
     * What is wrong with the request, null when nothing is. Brings an absolute-form target into origin form.
     */
    @Nullable
    Violation violation(HttpRequest request) {
        DecoderResult decoded = request.decoderResult();
        if (!decoded.isSuccess()) {
            return undecodable(decoded.cause());
        }
        HttpVersion version = request.protocolVersion();
        boolean http11 = version.equals(HttpVersion.HTTP_1_1);
        if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) {
            return Violation.of(ClientRule.VERSION, "the version is not HTTP/1.0 or HTTP/1.1");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return Violation.of(ClientRule.TARGET, "CONNECT is for proxies that clients choose");
        }
        HttpHeaders headers = request.headers();
        if (!hostIsPlain(headers, http11) || !toOriginForm(request)) {
            return Violation.of(ClientRule.HOST, "Host is missing, more than one or not a host");
        }
        boolean wholeServer = request.uri().equals("*") && request.method().equals(HttpMethod.OPTIONS);
        Violation target = wholeServer ? null : targets.violation(request.uri());
        if (target != null && !serves(target)) {
            return target;
        }
        if (escapes && TargetRules.hasSeveralMeanings(request.uri())) {
            request.setUri(TargetEscapes.escaped(request.uri()));
        }
        if (!http11 && headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            doNotKeep(headers);
        }
        return framingIsPlain(headers)
                ? target
                : Violation.of(ClientRule.FRAMING, "Transfer-Encoding is not chunked alone");
    }

    /**
     * Of two lengths in HTTP/1.0 the decoder takes the first, and nobody sees the other: whoever took that
     * one must not find a request where it says that there is still body.
     */
    private static void doNotKeep(HttpHeaders headers) {
        if (headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)) {
            String said = String.join(",", headers.getAll(HttpHeaderNames.CONNECTION));
            headers.set(HttpHeaderNames.CONNECTION, KEEP_ALIVE.matcher(said).replaceAll("$1close"));
        }
    }

    /** The same for what came by HTTP/2, where a path is nothing but a path. */
    @Nullable
    Violation http2Violation(HttpRequest request) {
        boolean path = request.uri().startsWith("/") || request.uri().equals("*");
        return path
                ? violation(request)
                : Violation.of(ClientRule.TARGET, "the target does not begin with a slash");
    }

    private static Violation undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong -> Violation.of(Reason.URI_TOO_LONG);
            case TooLongHttpHeaderException tooLong -> Violation.of(Reason.HEADERS_TOO_LARGE);
            case PrematureChannelClosureException left -> Violation.of(Reason.CLIENT_GONE);
            default -> Violation.of(Reason.BAD_REQUEST);
        };
    }

    /** RFC 9112, 3.2.2: the target's authority replaces the Host header. False where it cannot be one. */
    private static boolean toOriginForm(HttpRequest request) {
        String target = request.uri();
        if (!target.regionMatches(true, 0, "http://", 0, 7)
                && !target.regionMatches(true, 0, "https://", 0, 8)) {
            return true;
        }
        int from = target.indexOf("//") + 2;
        int slash = from;
        while (slash < target.length() && target.charAt(slash) != '/' && target.charAt(slash) != '?') {
            slash++;
        }
        String authority = target.substring(from, slash);
        String rest = target.substring(slash);
        request.setUri(rest.startsWith("/") ? rest : "/" + rest);
        if (!isHost(authority)) {
            return false;
        }
        request.headers().set(HttpHeaderNames.HOST, authority);
        return hostIsPlain(request.headers(), true);
    }

    /** One Host, of characters that a host and a port are made of; HTTP/1.0 may do without. */
    private static boolean hostIsPlain(HttpHeaders headers, boolean required) {
        String host = headers.get(HttpHeaderNames.HOST);
        if (host == null) {
            return !required;
        }
        return isHost(host) && headers.getAll(HttpHeaderNames.HOST).size() == 1;
    }

    static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (!HOST_CHARACTERS.contains(host.charAt(i))) {
                return false;
            }
        }
        return !host.isEmpty() && hasPlainPort(host);
    }

    /**
     * One colon, if any, behind the name or the brackets, and behind that a port: Reactor Netty would answer
     * anything else itself, and nobody would be told.
     */
    private static boolean hasPlainPort(String host) {
        int bracket = host.lastIndexOf(']');
        boolean literal = host.charAt(0) == '[';
        if (literal
                ? bracket < 2 || host.lastIndexOf('[') > 0 || host.indexOf(']') != bracket
                : bracket >= 0 || host.indexOf('[') >= 0) {
            return false;
        }
        int colon = literal ? bracket + 1 : host.indexOf(':');
        if (colon < 0 || colon == host.length()) {
            return true;
        }
        int port = 0;
        for (int i = colon + 1; i < host.length() && port <= 65_535; i++) {
            int digit = host.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
        }
        return host.charAt(colon) == ':' && colon > 0 && port <= 65_535;
    }

    /**
     * Chunked is the one transfer coding that is known, and it stands alone. It goes on as everybody writes
     * it: who compares it letter by letter must not take the chunks for something else.
     */
    private static boolean framingIsPlain(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return true;
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.size() != 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
            return false;
        }
        if (!HttpHeaderValues.CHUNKED.contentEquals(codings.getFirst())) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return true;
    }
}
