package io.headgate.l7.gateway;

import io.headgate.l7.port.Refused;
import io.headgate.l7.port.Untaken;
import io.headgate.net.Memory;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives up a client that accepts nothing of its answer for the pool's {@code timeouts.send}, or for
 * {@link Memory#PATIENCE} while memory is short. Until then, its member is held. With HTTP/1.1 the connection
 * ends, with HTTP/2 the stream.
 */
final class AnswerWatch implements Runnable {

    private final SlowRequest slow;
    private final Channel client;
    private volatile @Nullable Future<?> next;
    private volatile boolean over;
    // the rest belongs to the client's event loop
    private long left = Long.MAX_VALUE;
    private long since;
    private long expected;

    private AnswerWatch(SlowRequest slow, Channel client) {
        this.slow = slow;
        this.client = client;
    }

    /** The answer's body begins. Called by any thread. */
    static AnswerWatch begin(SlowRequest slow, Channel client) {
        AnswerWatch watch = new AnswerWatch(slow, client);
        watch.later(look(watch.limit()));
        return watch;
    }

    /** The answer is written, or given up. The watch goes on until the client has accepted the rest. */
    void end() {
        over = true;
        Future<?> set = next;
        if (set != null && !Untaken.isAny(client)) {
            set.cancel(false);
        }
    }

    private void later(long nanos) {
        next = client.eventLoop().schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        boolean any = client.isActive() && Untaken.isAny(client);
        if (!client.isActive() || (over && !any)) {
            return;
        }
        long now = client.eventLoop().ticker().nanoTime();
        long limit = limit();
        long look = look(limit);
        long still = Untaken.bytes(client);
        boolean heldUp = now - expected > look; // what has come meanwhile may not have been read
        if (!any || heldUp || still < left
                || Untaken.millis(client) < TimeUnit.NANOSECONDS.toMillis(look)) {
            since = now;
        } else if (now - since >= patience(limit)) {
            Refused.because(client, Reason.CLIENT_STALLED);
            client.close();
            return;
        }
        left = still;
        expected = now + look;
        later(look);
    }

    /**
     * How long the client may accept nothing, in nanoseconds; {@link Long#MAX_VALUE} if the pool has no
     * limit.
     */
    private long limit() {
        Member asked = slow.attempts().last();
        Duration send = (asked == null ? Timeouts.DEFAULT : asked.pool().spec().timeouts()).send();
        return send.isZero() ? Long.MAX_VALUE : send.toNanos();
    }

    private static long patience(long limit) {
        return Memory.PROCESS.isShort() ? Math.min(limit, Memory.PATIENCE.toNanos()) : limit;
    }

    private static long look(long limit) {
        return Math.min(limit / 2, Memory.PATIENCE.toNanos());
    }
}
