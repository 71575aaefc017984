package io.headgate.l7.fast;

import io.headgate.pool.Timeouts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Closes a client's connection when nothing of what has been written for the client leaves for a while, and
 * nobody else sees to that: answers to requests that are over, and those before a close.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells
final class Stall extends Timed {

    private static final Duration PATIENCE = Timeouts.DEFAULT.send();

    private final Worker worker;
    private final ChannelHandlerContext client;
    private final BooleanSupplier cared;
    private long before;

    /**
     * Not watched yet.
     *
     * @param cared whether an exchange or a tunnel is under way, which has a deadline of its own
     */
    Stall(Worker worker, ChannelHandlerContext client, BooleanSupplier cared) {
        this.worker = worker;
        this.client = client;
        this.cared = cared;
    }

    /** Starts anew; of a connection that is gone there is nothing to watch. */
    void watch() {
        end();
        if (client.channel().isActive()) {
            worker.deadlines().add(this);
            begin();
        }
    }

    private void begin() {
        before = pending();
        deadline(worker.in(PATIENCE));
    }

    void end() {
        worker.deadlines().remove(this);
    }

    private long pending() {
        ChannelOutboundBuffer written = client.channel().unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes();
    }

    @Override
    void expired() {
        if (cared.getAsBoolean() || pending() < before) {
            begin();
        } else {
            client.close();
        }
    }
}
