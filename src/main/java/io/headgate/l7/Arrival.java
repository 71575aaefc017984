package io.headgate.l7;

import io.headgate.net.ClientSource;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client came in. The same for all requests of its connection.
 *
 * @param listener the listener that accepted it; null for the port of {@code server.port}
 * @param secure whether it came through TLS, which ended here or at the proxy in front
 * @param certificates what the client showed and proved to have, its own first; empty if it showed none
 * @param certificateHeaders what members are told of them: names and values in turn
 * @param source from where members are connected to for it; null for this machine's own address
 * @param redirectPort requests are sent to this port by https instead of being served; 0 serves them
 */
public record Arrival(@Nullable String listener, boolean secure, List<X509Certificate> certificates,
        List<String> certificateHeaders, @Nullable ClientSource source, int redirectPort) {

    /** By {@code server.port} without TLS. */
    public static final Arrival PLAIN = new Arrival(null, false, List.of(), List.of(), null, 0);

    public Arrival {
        certificates = List.copyOf(certificates);
        certificateHeaders = List.copyOf(certificateHeaders);
    }

    /** What its requests have been sent by. */
    public String scheme() {
        return secure ? "https" : "http";
    }
}
