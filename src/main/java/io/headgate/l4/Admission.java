package io.headgate.l4;

import io.headgate.pool.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that was let in, and what it counts against until it leaves. */
final class Admission {

    private final Listener listener;
    private final Terms terms;
    private final Intake intake = new Intake();
    private volatile InetSocketAddress client;
    private @Nullable InetAddress counted;

    Admission(Listener listener, Terms terms, InetSocketAddress peer) {
        this.listener = listener;
        this.terms = terms;
        this.client = peer;
    }

    /**
     * Checks the client's real address, which is now known.
     *
     * @return why it may not stay, null if it may
     */
    @Nullable
    Reason identify(InetSocketAddress source) {
        client = source;
        if (!spec().rules().permits(source.getAddress())) {
            return Reason.DENIED;
        }
        int rate = spec().limits().ratePerClient();
        if (rate > 0 && !listener.mayConnect(source.getAddress(), rate)) {
            return Reason.RATE_LIMITED;
        }
        int max = spec().limits().maxConnectionsPerClient();
        if (max > 0) {
            if (!listener.sources().tryEnter(source.getAddress(), max)) {
                return Reason.TOO_MANY_CONNECTIONS;
            }
            counted = source.getAddress();
        }
        return null;
    }

    /** To be called exactly once. */
    void leave() {
        if (counted != null) {
            listener.sources().leave(counted);
        }
        listener.left();
    }

    Listener listener() {
        return listener;
    }

    /** The configuration as it was when the client came. */
    ListenerSpec spec() {
        return terms.spec();
    }

    SniTable names() {
        return terms.names();
    }

    /** The real client if it is known, otherwise the peer. */
    InetSocketAddress client() {
        return client;
    }

    Intake intake() {
        return intake;
    }
}
