package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Notes on a client connection why it was closed under a request that a lane already had, so that the lane
 * can tell.
 */
public final class Refused {

    private static final AttributeKey<Reason> REASON = AttributeKey.valueOf("headgate.refused");

    private Refused() {
    }

    public static void because(Channel channel, Reason reason) {
        channel.attr(REASON).set(reason);
    }

    /** Why we closed the connection, or the connection of the stream; null when we did not. */
    public static @Nullable Reason why(Channel channel) {
        Reason own = channel.attr(REASON).get();
        return own != null || channel.parent() == null ? own : channel.parent().attr(REASON).get();
    }
}
