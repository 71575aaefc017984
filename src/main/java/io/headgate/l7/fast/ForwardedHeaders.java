package io.headgate.l7.fast;

import io.headgate.l7.Arrival;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.ClientAddress;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the forwarded headers of one connection's requests; the parts that are the same for all of them are
 * made once.
 */
final class ForwardedHeaders {

    private static final AsciiString FOR = AsciiString.cached(Forwarding.FOR);
    private static final AsciiString PROTO = AsciiString.cached(Forwarding.PROTO);
    private static final AsciiString HOST = AsciiString.cached(Forwarding.HOST);
    private static final AsciiString PORT = AsciiString.cached(Forwarding.PORT);
    private static final AsciiString FORWARDED = AsciiString.cached(Forwarding.FORWARDED);

    private final Supplier<Forwarding> forwarding;
    private final @Nullable InetSocketAddress peer;
    private final String peerAddress;
    private final String scheme;
    private final List<String> certificate;
    private @Nullable Forwarding known;
    private boolean trusted;
    private @Nullable String lastHost;
    /** For the last host: checked when they were made, and not again for each request that they go into. */
    private HttpHeaders fresh = EmptyHttpHeaders.INSTANCE;

    ForwardedHeaders(Supplier<Forwarding> forwarding, @Nullable InetSocketAddress peer, Arrival arrival) {
        this.forwarding = forwarding;
        this.peer = peer;
        this.peerAddress = Forwarding.address(peer);
        this.scheme = arrival.scheme();
        this.certificate = arrival.certificateHeaders();
    }

    static ForwardedHeaders of(Channel connection, Arrival arrival, Worker worker) {
        return new ForwardedHeaders(worker.services().forwarding(), ClientAddress.of(connection),
                arrival);
    }

    /** Whether each request has an identifier. */
    boolean identifies() {
        return forwarding.get().requestId();
    }

    /** Whether the client's connection is encrypted. */
    boolean isSecure() {
        return scheme.equals("https");
    }

    /** Who sends a request with these headers: the peer, or whom a trusted peer names. */
    @Nullable
    InetSocketAddress client(HttpHeaders received) {
        return isTrusted() ? known().client(peer, received.getAll(FOR)) : peer;
    }

    /** The address of a request's client as it is written. */
    @SuppressWarnings("ReferenceEquality") // the same object means that no proxy has named another
    String written(@Nullable InetSocketAddress client) {
        return client == peer ? peerAddress : Forwarding.address(client);
    }

    /**
     * Extends what is there: of a trusted client, or of the route. What another client sent under these names
     * was dropped before anybody read it.
     *
     * @param host the Host header as received
     * @param edited whether the route may have set any
     */
    void write(HttpHeaders headers, String host, boolean edited) {
        boolean extended = isTrusted() || edited;
        if (!host.equals(lastHost)) {
            lastHost = host;
            fresh = fresh(host);
        }
        if (extended) {
            extend(headers);
        } else {
            headers.add(fresh);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a reload makes another; to compare their networks costs more
    private boolean isTrusted() {
        Forwarding now = forwarding.get();
        if (now != known) {
            known = now;
            trusted = now.trusts(peer);
            lastHost = null; // other headers may be written now
        }
        return trusted;
    }

    private HttpHeaders fresh(String host) {
        HttpHeaders all = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        add(all, FOR, peerAddress);
        add(all, PROTO, scheme);
        add(all, HOST, host);
        add(all, PORT, Forwarding.port(host, scheme));
        add(all, FORWARDED, Forwarding.element(peerAddress, scheme, host));
        certificate(all);
        return all;
    }

    private void certificate(HttpHeaders headers) {
        for (int i = 0; i + 1 < certificate.size(); i += 2) {
            headers.set(certificate.get(i), certificate.get(i + 1));
        }
    }

    private void add(HttpHeaders to, AsciiString name, String value) {
        if (known().writes(name.toString())) {
            to.add(name, AsciiString.of(value));
        }
    }

    private Forwarding known() {
        return Objects.requireNonNull(known);
    }

    private void extend(HttpHeaders headers) {
        certificate(headers);
        append(headers, FOR);
        append(headers, FORWARDED);
        setIfAbsent(headers, PROTO);
        setIfAbsent(headers, PORT);
        setIfAbsent(headers, HOST);
    }

    private void append(HttpHeaders headers, AsciiString name) {
        String ours = fresh.get(name);
        if (ours != null) {
            headers.set(name, known().keeps(name.toString())
                    ? Forwarding.append(headers.getAll(name), ours)
                    : ours);
        }
    }

    private void setIfAbsent(HttpHeaders headers, AsciiString name) {
        String ours = fresh.get(name);
        if (ours != null && !(headers.contains(name) && known().keeps(name.toString()))) {
            headers.set(name, ours);
        }
    }
}
