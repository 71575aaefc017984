package io.headgate.l7.fast;

import io.headgate.pool.MemberProtocol;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being made for requests that may share it. They get their streams when the member has
 * sent its settings. If the member chooses HTTP/1.1, the first of them gets the connection.
 */
final class Http2Dial extends Timed implements Dialer.Opened {

    /** Where connecting has no limit. */
    private static final Duration SETTINGS = Duration.ofSeconds(10);

    private final Worker worker;
    private final UpstreamTarget target;
    private final MemberProtocol protocol;
    private final Duration timeout;
    private final Queue<Dialer.Caller> waiting = new ArrayDeque<>();
    private @Nullable Http2MemberConnection connection;

    Http2Dial(Worker worker, UpstreamTarget target, MemberProtocol protocol, Duration timeout) {
        this.worker = worker;
        this.target = target;
        this.protocol = protocol;
        this.timeout = timeout;
    }

    UpstreamTarget target() {
        return target;
    }

    MemberProtocol protocol() {
        return protocol;
    }

    Duration timeout() {
        return timeout;
    }

    void add(Dialer.Caller caller) {
        waiting.add(caller);
    }

    /** Whether it has as many as one connection serves. */
    boolean isFull() {
        return waiting.size() >= Http2MemberConnection.MAX_STREAMS;
    }

    @Override
    public void opened(Http2MemberConnection made) {
        connection = made;
        worker.deadlines().add(this);
        deadline(worker.in(timeout.isZero() ? SETTINGS : timeout));
    }

    @Override
    public void opened(Http1Upstream made) {
        worker.http2().speaksHttp1(this);
        Dialer.Caller first = waiting.poll();
        if (first == null) {
            made.park();
        } else {
            first.connected(made);
        }
        worker.http2().redial(this, waiting);
    }

    /** It can serve. */
    void serves(Http2MemberConnection ready) {
        worker.deadlines().remove(this);
        worker.http2().ready(this, ready);
        if (!ready.hasRoom()) {
            ready.close();
            fail(new IOException("the member allows no streams"));
            return;
        }
        for (Dialer.Caller next = waiting.peek(); next != null && ready.hasRoom(); next = waiting.peek()) {
            waiting.remove();
            next.connected(ready.open());
        }
        worker.http2().redial(this, waiting);
    }

    @Override
    void expired() {
        ConnectTimeoutException late = new ConnectTimeoutException("the member has sent no HTTP/2 settings");
        worker.http2().over(this);
        Objects.requireNonNull(connection).close();
        fail(late);
    }

    @Override
    public void failed(Throwable error) {
        worker.deadlines().remove(this);
        worker.http2().over(this);
        fail(error);
    }

    private void fail(Throwable error) {
        for (Dialer.Caller next = waiting.poll(); next != null; next = waiting.poll()) {
            next.failed(error);
        }
    }
}
