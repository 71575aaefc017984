package io.headgate.l7.fast;

import org.jspecify.annotations.Nullable;

/** A connection that is being made. If nobody wants it any more, it goes to the idle ones. */
final class Dialing implements Dialer.Caller {

    private Dialer.@Nullable Caller caller;

    Dialing(Dialer.Caller caller) {
        this.caller = caller;
    }

    /** Its caller hears nothing of it. */
    void forget() {
        caller = null;
    }

    @Override
    public void connected(Upstream fresh) {
        Dialer.Caller wants = caller;
        if (wants == null) {
            fresh.park();
        } else {
            wants.connected(fresh);
        }
    }

    @Override
    public void failed(Throwable error) {
        Dialer.Caller wants = caller;
        if (wants != null) {
            wants.failed(error);
        }
    }
}
