package io.headgate.security;

import java.time.Duration;

/**
 * How TLS ends at a listener.
 *
 * @param contexts by the name that a client asks for
 * @param handshakeTimeout how long a handshake may take after the ClientHello
 */
public record ServerTls(NamedContexts contexts, Duration handshakeTimeout) {

    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    /**
     * What a client gets whose name has no certificate: a record with a fatal alert, unrecognized_name (RFC
     * 8446, 6; RFC 6066, 3).
     */
    public static byte[] unrecognizedName() {
        return UNRECOGNIZED_NAME.clone();
    }
}
