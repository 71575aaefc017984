package io.headgate.l7;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a port tells its clients of https.
 *
 * @param redirectPort it serves nothing, and sends its clients to this port by https; 0 serves them
 * @param strictTransport the value of {@code Strict-Transport-Security} in each answer that goes through TLS;
 *            null for none
 * @param certificateHeaders which headers tell members of the certificate that a client has shown
 */
public record Https(int redirectPort, @Nullable String strictTransport, Set<String> certificateHeaders) {

    public static final Https NONE = new Https(0, null, Set.of());

    /**
     * Where a client goes instead.
     *
     * @param host the Host header as received
     * @param target in origin form
     */
    public static String location(String host, int port, String target) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return "https://" + name + (port == 443 ? "" : ":" + port) + target;
    }
}
