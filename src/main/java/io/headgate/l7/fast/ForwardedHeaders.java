package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
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
    private @Nullable String lastHost;
    /** For the last host: checked when they were made, and not again for each request that they go into. */
    private HttpHeaders fresh = EmptyHttpHeaders.INSTANCE;

    ForwardedHeaders(Forwarding forwarding, @Nullable InetSocketAddress peer, boolean secure) {
        this.trusted = forwarding.trusts(peer);
        this.client = Forwarding.address(peer);
        this.scheme = secure ? "https" : "http";
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
            fresh = fresh(host);
        }
        if (trusted) {
            extend(headers);
        } else {
            removeForwarded(headers);
            headers.add(fresh);
        }
    }

    private HttpHeaders fresh(String host) {
        return DefaultHttpHeadersFactory.headersFactory().newHeaders().add(FOR, AsciiString.of(client))
                .add(PROTO, AsciiString.of(scheme)).add(HOST, AsciiString.of(host))
                .add(PORT, AsciiString.of(port(host)))
                .add(FORWARDED, AsciiString.of(Forwarding.element(client, scheme, host)));
    }

    private void extend(HttpHeaders headers) {
        headers.set(FOR, Forwarding.append(headers.getAll(FOR), client));
        headers.set(FORWARDED, Forwarding.append(headers.getAll(FORWARDED), fresh.get(FORWARDED)));
        setIfAbsent(headers, PROTO);
        setIfAbsent(headers, PORT);
        setIfAbsent(headers, HOST);
    }

    private void setIfAbsent(HttpHeaders headers, AsciiString name) {
        if (!headers.contains(name)) {
            headers.set(name, fresh.get(name));
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
    private String port(String host) {
        int colon = host.lastIndexOf(':');
        boolean explicit = colon >= 0 && colon < host.length() - 1 && host.indexOf(']', colon) < 0;
        return explicit ? host.substring(colon + 1) : scheme.equals("https") ? "443" : "80";
    }
}
