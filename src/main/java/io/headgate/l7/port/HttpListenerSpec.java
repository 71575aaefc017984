package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Https;
import io.headgate.security.ServerTls;
import org.jspecify.annotations.Nullable;

/**
 * What a listener for HTTP is, beyond its sockets.
 *
 * @param limits of its clients; connections are counted where they are accepted
 * @param tls how TLS ends there; null for clear text
 * @param keepsSource whether members see its clients' addresses and not ours
 * @param http2 whether clients may speak HTTP/2 too: with TLS, if they agree to it, else with prior knowledge
 */
public record HttpListenerSpec(String name, ClientLimits limits, @Nullable ServerTls tls, boolean keepsSource,
        boolean http2, Https https) {}
