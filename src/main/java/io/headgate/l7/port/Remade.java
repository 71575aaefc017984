package io.headgate.l7.port;

import org.jspecify.annotations.Nullable;

/**
 * Checks what the filters of a route have made of a request, before it is sent: what a client may not send, a
 * member does not get.
 */
public final class Remade {

    private Remade() {
    }

    /** Whether a target in origin form may be sent. */
    public static boolean permits(String target) {
        return TargetRules.permits(target);
    }

    /** Whether this is one host, with or without a port. */
    public static boolean permitsHost(@Nullable String host) {
        return host != null && RequestRules.isHost(host);
    }
}
