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
 * What every request must be like, whichever lane serves it. A request that two HTTP parsers could read
 * differently is refused, and its connection closed ({@link #refusal}); what is served is then written in the
 * one form that every parser reads alike ({@link #normalise}). The decoder has refused already what breaks
 * the framing: both length and chunks, two lengths, chunks of HTTP/1.0, line ends that are not CRLF, white
 * space before a colon.
 */
final class RequestRules {

    private static final AsciiSet HOST_CHARACTERS = AsciiSet.lettersDigitsAnd("-._:[]~%!$&'()*+,;=");

    private static final Pattern KEEP_ALIVE = Pattern.compile("(?i)(^|,)\\s*keep-alive\\s*(?=,|$)");

    private final Strictness strictness;
    private final TargetRules targets;
    /** Whether targets are served that have to be escaped first, because they have more than one meaning. */
    private final boolean escapes;

    RequestRules(Strictness strictness) {
        this.strictness = strictness;
        this.targets = new TargetRules(strictness);
        this.escapes = strictness.serves(ClientRule.LONE_PERCENT)
                || strictness.serves(ClientRule.BEYOND_ASCII);
    }

    /** Whether a request with this violation is served, and the violation only reported. */
    boolean tolerates(Violation violation) {
        return violation.rule() != null && strictness.reports(violation.rule());
    }

    /** What is wrong with the request, null when nothing is. Changes nothing. */
    @Nullable
    Violation refusal(HttpRequest request) {
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
        String target = request.uri();
        boolean absolute = isAbsolute(target);
        if (!hostIsPlain(headers, http11) || (absolute && !isHost(authority(target)))) {
            return Violation.of(ClientRule.HOST, "Host is missing, more than one or not a host");
        }
        boolean wholeServer = target.equals("*") && request.method().equals(HttpMethod.OPTIONS);
        Violation bad = wholeServer ? null : targets.violation(absolute ? originForm(target) : target);
        if (bad != null && !tolerates(bad)) {
            return bad;
        }
        return framingIsPlain(headers)
                ? bad
                : Violation.of(ClientRule.FRAMING, "Transfer-Encoding is not chunked alone");
    }

    /** Writes a request that is served in the form that every parser reads alike. */
    void normalise(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String target = request.uri();
        if (isAbsolute(target)) { // RFC 9112, 3.2.2: its authority replaces the Host header
            headers.set(HttpHeaderNames.HOST, authority(target));
            request.setUri(originForm(target));
        }
        if (escapes && TargetRules.hasSeveralMeanings(request.uri())) {
            request.setUri(TargetEscapes.escaped(request.uri()));
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                && headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            doNotKeep(headers);
        }
        String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (coding != null && !HttpHeaderValues.CHUNKED.contentEquals(coding)) {
            // a member that compares letter by letter must not take "Chunked" for another coding
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    /**
     * Of two lengths in HTTP/1.0 the decoder takes the first and hides the other. A parser in front of us may
     * have taken the other: it must not be able to take the rest of that body for a second request.
     */
    private static void doNotKeep(HttpHeaders headers) {
        if (headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)) {
            String said = String.join(",", headers.getAll(HttpHeaderNames.CONNECTION));
            headers.set(HttpHeaderNames.CONNECTION, KEEP_ALIVE.matcher(said).replaceAll("$1close"));
        }
    }

    /** As {@link #refusal}, for a request that came by HTTP/2, where the target is a path. */
    @Nullable
    Violation http2Refusal(HttpRequest request) {
        boolean path = request.uri().startsWith("/") || request.uri().equals("*");
        return path
                ? refusal(request)
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

    /** Whether the target is a URL, as a client sends it to a proxy. */
    private static boolean isAbsolute(String target) {
        return !target.startsWith("/") && (target.regionMatches(true, 0, "http://", 0, 7)
                || target.regionMatches(true, 0, "https://", 0, 8));
    }

    /** The host and port of an absolute target, which need not be good ones. */
    private static String authority(String target) {
        return target.substring(target.indexOf("//") + 2, pathStart(target));
    }

    /** Path and query of an absolute target. */
    private static String originForm(String target) {
        String rest = target.substring(pathStart(target));
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int pathStart(String target) {
        int at = target.indexOf("//") + 2;
        while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
            at++;
        }
        return at;
    }

    /** There is one Host, and it is one; HTTP/1.0 may do without. */
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
     * At most one colon after the name or the brackets, and a port after it. Reactor Netty would answer
     * anything else itself, and nothing would be reported.
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

    /** No transfer coding, or just chunked. */
    private static boolean framingIsPlain(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return true;
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst());
    }
}
