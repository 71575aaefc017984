package io.headgate.l7;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the fast lane tells the slow one of a request that it hands over: it goes to the fallback of its
 * route's circuit breaker.
 *
 * @param failure why, as the fallback may read it
 * @param headers the answer's, names and values in turn, as the route that is left has them for every answer
 */
public record HandOver(Throwable failure, List<String> headers) {

    /** A request that begins anew so often goes round in a circle. */
    public static final int MOST = 10;

    private static final AttributeKey<HandOver> KEY = AttributeKey.valueOf("headgate.hand-over");

    public HandOver {
        headers = List.copyOf(headers);
    }

    /** To be called before the request is passed on, and with null when it has been. */
    public static void on(Channel client, @Nullable HandOver told) {
        client.attr(KEY).set(told);
    }

    /** Null for a request that came from its client. */
    public static @Nullable HandOver of(Channel client) {
        return client.attr(KEY).get();
    }
}
