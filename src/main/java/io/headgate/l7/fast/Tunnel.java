package io.headgate.l7.fast;

import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has left HTTP: bytes go both ways as they are, each side read as fast as the other takes
 * them. It ends when either side ends, when nothing was sent for too long, when the member is taken out, or
 * when its time at shutdown is over. Whatever one side has sent before it ended is passed on first.
 */
final class Tunnel extends Timed implements UpstreamUser {

    /** The status of HTTP/1.1. */
    static final int SWITCHED = 101;

    private final TunnelClient client;
    private final Worker worker;
    private final Http1Upstream upstream;
    private final RawUpstream raw;
    private final RequestContext context;
    private final Duration idle;
    private final Duration send;
    private long last = NEVER;
    private long bytesIn;
    private long bytesOut;
    private boolean ended;

    /**
     * @param send how long the member may take to accept what is left for it when the client has gone
     */
    Tunnel(TunnelClient client, RequestContext context, Http1Upstream upstream, Duration send) {
        this.client = client;
        this.worker = context.worker();
        this.upstream = upstream;
        this.raw = upstream.raw();
        this.context = context;
        this.idle = client.tunnelLimits().idle();
        this.send = send.isZero() ? Timeouts.DEFAULT.send() : send;
    }

    void begin() {
        worker.deadlines().add(this);
        upstream.tunnel(this);
        stir();
        upstream.read();
    }

    private void stir() {
        deadline(last == NEVER ? worker.in(idle) : last);
    }

    /** The server shuts down: this long it may go on. */
    void drain(Duration time) {
        if (time.isZero()) {
            end(Reason.SHUTDOWN, Outcome.UNKNOWN);
        } else {
            last = worker.in(time);
            stir();
        }
    }

    void clientBytes(ByteBuf bytes) {
        if (ended) {
            bytes.release();
            return;
        }
        bytesIn += bytes.readableBytes();
        raw.write(bytes);
    }

    void clientReadComplete() {
        if (!ended) {
            upstream.flush();
            stir();
        }
    }

    boolean wantsMore() {
        return !ended && upstream.isWritable();
    }

    void clientWritabilityChanged() {
        if (!ended && client.isWritable()) {
            upstream.read();
        }
    }

    /** The client sends no more, and may still be sent something. */
    void clientEnded() {
        if (!ended) {
            raw.endOutput();
            stir();
        }
    }

    void clientGone() {
        Reason refused = client.refused();
        if (refused != null) {
            end(refused.status(), refused, Outcome.UNKNOWN);
        } else if (!ended) {
            ended(client.switched(), null);
            deadline(worker.in(send));
            raw.finish();
            upstream.read(); // a member that waits to be read reads nothing
        }
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        if (ended) {
            bytes.release();
            return;
        }
        bytesOut += bytes.readableBytes();
        client.writeBytes(bytes);
    }

    @Override
    public void upstreamReadComplete() {
        if (ended) {
            upstream.read();
            return;
        }
        client.flush();
        stir();
        clientWritabilityChanged();
    }

    @Override
    public void upstreamWritabilityChanged() {
        if (!ended) {
            client.resume();
        }
    }

    @Override
    public void upstreamClosed() {
        end(null, Outcome.OK);
    }

    @Override
    public void upstreamBroken() {
        end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        end(reason, Outcome.UNKNOWN);
    }

    @Override
    void expired() {
        end(last == NEVER ? Reason.IDLE_TIMEOUT : Reason.SHUTDOWN, Outcome.UNKNOWN);
    }

    private void end(@Nullable Reason reason, Outcome outcome) {
        end(client.switched(), reason, outcome);
    }

    /** The member's side is over; the client's may have been before. */
    private void end(int status, @Nullable Reason reason, Outcome outcome) {
        worker.deadlines().remove(this);
        upstream.close();
        context.attempts().release(outcome);
        if (!ended) {
            ended(status, reason);
        }
    }

    private void ended(int status, @Nullable Reason reason) {
        ended = true;
        context.tell(status, reason, bytesIn, bytesOut);
        client.tunnelEnded();
    }

    @Override
    public void upstreamHead(HttpResponse head) {
        end(Reason.BAD_RESPONSE, Outcome.RESET);
    }

    /** The empty end of the message that switched protocols. */
    @Override
    public void upstreamContent(HttpContent content) {
        content.release();
    }
}
