package io.headgate.l7.fast;

import io.headgate.l7.port.Refused;
import io.headgate.net.LastSent;
import io.headgate.net.Memory;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Closes a client's connection when the client accepts nothing of what was written for it, and no exchange or
 * tunnel has a deadline for that: answers of the slow lane, answers to requests that are over, answers before
 * a close. The limit is the longest {@code timeouts.send} of all pools, at least 30 seconds, because by now
 * we no longer know which pool's answer is stuck. While memory is short it is {@link Memory#PATIENCE}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells
final class StalledClientWatch extends Timed {

    private static final Duration LEAST = Timeouts.DEFAULT.send();

    private final Worker worker;
    private final ChannelHandlerContext client;
    private final BooleanSupplier cared;
    private long before;
    private long since;

    /**
     * Not watched yet.
     *
     * @param cared whether an exchange or a tunnel is under way, which has a deadline of its own
     */
    StalledClientWatch(Worker worker, ChannelHandlerContext client, BooleanSupplier cared) {
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
        since = worker.now();
        deadline(since + Memory.PATIENCE.toNanos());
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
        if (cared.getAsBoolean() || pending() < before
                || LastSent.millisAgo(client.channel()) < Memory.PATIENCE.toMillis()) {
            begin();
            return;
        }
        long longest = longest();
        boolean isShort = Memory.PROCESS.isShort();
        if (longest == NEVER && !isShort) {
            deadline(worker.in(Memory.PATIENCE));
        } else if (worker.now() - since < longest && !isShort) {
            deadline(Math.min(since + longest, worker.in(Memory.PATIENCE)));
        } else {
            Refused.because(client.channel(), Reason.CLIENT_STALLED);
            client.close();
        }
    }

    /** Nanoseconds; zero switches a timeout off. */
    private long longest() {
        Duration longest = LEAST;
        for (Pool pool : worker.services().pools().all()) {
            Duration send = pool.spec().timeouts().send();
            if (send.isZero()) {
                return NEVER;
            }
            longest = send.compareTo(longest) > 0 ? send : longest;
        }
        return longest.toNanos();
    }
}
