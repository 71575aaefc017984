package io.headgate.l4;

import io.headgate.security.NamedContexts;
import java.time.Duration;

/**
 * How TLS ends at a listener.
 *
 * @param contexts by the name that a client asks for
 * @param handshakeTimeout how long a handshake may take after the ClientHello
 */
public record ServerTls(NamedContexts contexts, Duration handshakeTimeout) {}
