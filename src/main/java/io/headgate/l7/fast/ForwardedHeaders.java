package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private @Nullable String lastHost;
    private String port;
    private String element;

    ForwardedHeaders(Forwarding forwarding, @Nullable InetSocketAddress peer, boolean secure) {
        this.trusted = forwarding.trusts(peer);
        this.client = Forwarding.address(peer);
        this.scheme = secure ? "https" : "http";
        this.port = secure ? "443" : "80";
        this.element = Forwarding.element(client, scheme, null);
    }

    static ForwardedHeaders of(Channel connection, Worker worker) {
        return new ForwardedHeaders(worker.surroundings().forwarding().get(), Peer.of(connection),
                Peer.isSecure(connection));
    }

    /** The client's address as it is written. */
    String client() {
        return client;
    }

    /**
     * Replaces what the client sent, or extends it where the client is trusted.
     *
     * @param host the Host header as received
     */
    void write(HttpHeaders headers, String host) {
        if (!host.equals(lastHost)) {
            lastHost = host;
            port = port(host);
            element = Forwarding.element(client, scheme, host);
        }
        if (trusted) {
            extend(headers, host);
            return;
        }
        removeForwarded(headers);
        headers.set(FOR, client);
        headers.set(PROTO, scheme);
        headers.set(HOST, host);
        headers.set(PORT, port);
        headers.set(FORWARDED, element);
    }

    private void extend(HttpHeaders headers, String host) {
        headers.set(FOR, Forwarding.append(headers.getAll(FOR), client));
        headers.set(FORWARDED, Forwarding.append(headers.getAll(FORWARDED), element));
        setIfAbsent(headers, PROTO, scheme);
        setIfAbsent(headers, PORT, port);
        setIfAbsent(headers, HOST, host);
    }

    private static void setIfAbsent(HttpHeaders headers, AsciiString name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }

    private static void removeForwarded(HttpHeaders headers) {
        List<CharSequence> found = null;
        for (var each = headers.iteratorCharSequence(); each.hasNext();) {
            Map.Entry<CharSequence, CharSequence> entry = each.next();
            if (Forwarding.isForwarded(entry.getKey())) {
                found = found == null ? new ArrayList<>(4) : found;
                found.add(entry.getKey());
            }
        }
        if (found != null) {
            found.forEach(headers::remove);
        }
    }

    /** The port of a Host header, or else the scheme's. */
    private String port(String host) {
        int colon = host.lastIndexOf(':');
        boolean explicit = colon >= 0 && colon < host.length() - 1 && host.indexOf(']', colon) < 0;
        return explicit ? host.substring(colon + 1) : scheme.equals("https") ? "443" : "80";
    }
}
