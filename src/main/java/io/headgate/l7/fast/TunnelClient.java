package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A client whose request can become a tunnel: a connection of HTTP/1.1 with all that it has, or a stream of
 * HTTP/2.
 */
interface TunnelClient {

    /** Whether one more tunnel may be opened. */
    boolean hasRoomForTunnel();

    /** Takes the place of a tunnel; false if there is none. */
    boolean takeTunnel();

    TunnelLimits tunnelLimits();

    /** From now on, what the client sends is the tunnel's. */
    void tunnel(Tunnel next);

    /** The status that tells the client so. */
    int switched();

    void writeBytes(ByteBuf bytes);

    void flush();

    boolean isWritable();

    /** Reads on, if there is room for more. */
    void resume();

    /** Why the guard ended the connection; null if it did not. */
    @Nullable
    Reason refused();

    /** There is nothing more to come from the tunnel. */
    void tunnelEnded();
}
