package io.headgate.l4;

import java.time.Duration;
import java.util.List;

/** What carries a listener's connections to the members. */
public sealed interface Engine {

    /** This process, byte for byte. */
    Engine RELAY = new Relay(List.of(), false);

    /**
     * This process.
     *
     * @param obstacles why the kernel cannot carry the connections, if it was to do so where it can; empty
     *            otherwise
     * @param keepsSource whether members see the client's address and not ours
     */
    record Relay(List<String> obstacles, boolean keepsSource) implements Engine {

        public Relay {
            obstacles = List.copyOf(obstacles);
        }
    }

    /**
     * The kernel: an {@link Offload} takes new connections before they come to the socket. The socket relays
     * what is left to it.
     *
     * @param required whether the listener must not be served otherwise
     * @param keepsSource whether members see the client's address and not ours
     * @param persistence so long after its last connection a client is led to the same member again; zero for
     *            no persistence
     * @param reportsFailures whether connections that a member refuses, or does not answer, are reported to
     *            its pool
     */
    record Kernel(boolean required, boolean keepsSource, Duration persistence, boolean reportsFailures)
            implements
                Engine {}
}
