package io.headgate.l4;

import java.net.InetSocketAddress;

/**
 * A client that was let in, and what it counts against until it leaves.
 *
 * @param listener whose count it raised
 * @param spec as it was when the client came
 * @param client who it is
 * @param intake of its channel
 * @param perSource whether its address is counted too
 */
record Admission(Listener listener, ListenerSpec spec, InetSocketAddress client, Intake intake,
        boolean perSource) {

    /** To be called exactly once. */
    void leave() {
        listener.left(this);
    }
}
