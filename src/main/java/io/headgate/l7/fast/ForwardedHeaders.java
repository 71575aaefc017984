package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the forwarded headers of one connection's requests; what is the same for all of them is made once.
 */
final class ForwardedHeaders {

    private static final AsciiString FOR = AsciiString.cached(Forwarding.FOR);
    private static final AsciiString PROTO = AsciiString.cached(Forwarding.PROTO);
    private static final AsciiString HOST = AsciiString.cached(Forwarding.HOST);
    private static final AsciiString PORT = AsciiString.cached(Forwarding.PORT);
    private static final AsciiString FORWARDED = AsciiString.cached(Forwarding.FORWARDED);

    private final boolean trusted;
    private final String client;
    private final String scheme;
    /** As they are written; none of them is looked at again, letter by letter, for each request. */
    private final AsciiString clientText;
    private final AsciiString schemeText;
    private @Nullable String lastHost;
    private AsciiString host = AsciiString.EMPTY_STRING;
    private AsciiString port;
    private AsciiString element;

    ForwardedHeaders(Forwarding forwarding, @Nullable InetSocketAddress peer, boolean secure) {
        this.trusted = forwarding.trusts(peer);
        this.client = Forwarding.address(peer);
        this.scheme = secure ? "https" : "http";
        this.clientText = AsciiString.of(client);
        this.schemeText = AsciiString.of(scheme);
        this.port = port("");
        this.element = AsciiString.of(Forwarding.element(client, scheme, null));
    }

    /** The client's address as it is written. */
    String client() {
        return client;
    }

    /**
     * Replaces what the client sent, or extends it where the client is trusted.
     *
     * @param received the Host header as received
     */
    void write(HttpHeaders headers, String received) {
        if (!received.equals(lastHost)) {
            lastHost = received;
            host = AsciiString.of(received);
            port = port(received);
            element = AsciiString.of(Forwarding.element(client, scheme, received));
        }
        if (trusted) {
            extend(headers);
            return;
        }
        removeForwarded(headers);
        headers.add(FOR, clientText);
        headers.add(PROTO, schemeText);
        headers.add(HOST, host);
        headers.add(PORT, port);
        headers.add(FORWARDED, element);
    }

    private void extend(HttpHeaders headers) {
        headers.set(FOR, Forwarding.append(headers.getAll(FOR), client));
        headers.set(FORWARDED, Forwarding.append(headers.getAll(FORWARDED), element.toString()));
        setIfAbsent(headers, PROTO, schemeText);
        setIfAbsent(headers, PORT, port);
        setIfAbsent(headers, HOST, host);
    }

    private static void setIfAbsent(HttpHeaders headers, AsciiString name, AsciiString value) {
        if (!headers.contains(name)) {
            headers.add(name, value);
        }
    }

    private static void removeForwarded(HttpHeaders headers) {
        List<CharSequence> found = null;
        for (var each = headers.iteratorCharSequence(); each.hasNext();) {
            CharSequence name = each.next().getKey();
            if (Forwarding.isForwarded(name)) {
                found = found == null ? new ArrayList<>(4) : found;
                found.add(name);
            }
        }
        if (found != null) {
            found.forEach(headers::remove);
        }
    }

    /** The port of a Host header, or else the scheme's. */
    private AsciiString port(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean explicit = colon >= 0 && colon < authority.length() - 1 && authority.indexOf(']', colon) < 0;
        return AsciiString
                .of(explicit ? authority.substring(colon + 1) : scheme.equals("https") ? "443" : "80");
    }
}
