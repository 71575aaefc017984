package io.headgate.l7.port;

import org.jspecify.annotations.Nullable;

/**
 * What the filters of a route have made of a request, looked at once more before it is sent: a rule that
 * holds for what clients send holds for what members get.
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
