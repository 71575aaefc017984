package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Why we closed a client connection while a lane had a request of it: noted on the channel, so that the lane
 * can report it.
 */
public final class Refused {

    private static final AttributeKey<Reason> REASON = AttributeKey.valueOf("headgate.refused");

    private Refused() {
    }

    public static void because(Channel channel, Reason reason) {
        channel.attr(REASON).set(reason);
    }

    /** Why we closed the connection, or the connection of the stream; null if we did not. */
    public static @Nullable Reason why(Channel channel) {
        Reason own = channel.attr(REASON).get();
        return own != null || channel.parent() == null ? own : channel.parent().attr(REASON).get();
    }
}
