package io.headgate.l7.client;

import io.headgate.l7.ClientLimits;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Closes a client's HTTP/2 connection that is without a request for too long: a new one after the header
 * timeout, another after the idle timeout.
 */
final class Http2Idle {

    private static final AttributeKey<Http2Idle> KEY = AttributeKey.valueOf("headgate.http2-idle");

    private final Deadline deadline;
    private final Duration longest;
    private int streams;

    private Http2Idle(Channel connection, ClientLimits limits, Ticker ticker) {
        this.deadline = new Deadline(connection.eventLoop(), ticker, connection::close);
        this.longest = limits.idleTimeout();
    }

    static void watch(Channel connection, ClientLimits limits, Ticker ticker) {
        Http2Idle idle = new Http2Idle(connection, limits, ticker);
        connection.attr(KEY).set(idle);
        connection.closeFuture().addListener(closed -> idle.deadline.end());
        idle.deadline.in(limits.headerTimeout());
    }

    static @Nullable Http2Idle of(Channel connection) {
        return connection.attr(KEY).get();
    }

    void began() {
        streams++;
        deadline.clear();
    }

    void ended() {
        streams--;
        if (streams == 0) {
            deadline.in(longest);
        }
    }
}
