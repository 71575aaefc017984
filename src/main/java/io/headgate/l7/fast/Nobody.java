package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.net.ClientSource;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the client of an exchange that has none. It takes whatever comes of the answer, is logged in
 * nowhere, and gets no other answer instead.
 */
abstract class Nobody implements Client {

    private final ClientOrigin origin;
    private @Nullable Exchange exchange;

    /** @param origin of the client on whose account the request is sent */
    Nobody(ClientOrigin origin) {
        this.origin = origin;
    }

    /** The exchange that this stands for the client of, until it is over. */
    final void of(Exchange mine) {
        exchange = mine;
    }

    /** Null before it has begun, and after its end. */
    final @Nullable Exchange exchange() {
        return exchange;
    }

    /** The exchange is over, or is given up: it is asked for nothing any more. */
    final void leave() {
        exchange = null;
    }

    @Override
    public final void close() {
        Exchange mine = exchange;
        exchange = null;
        if (mine != null) {
            mine.clientGone();
        }
    }

    @Override
    public final void exchangeEnded(boolean stays, boolean bodyComplete) {
        exchange = null;
    }

    @Override
    public final void abort(boolean byReset) {
        exchange = null;
    }

    @Override
    public final ClientOrigin origin() {
        return origin;
    }

    @Override
    public final boolean isRefresh() {
        return true;
    }

    @Override
    public void write(Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public final boolean isWritable() {
        return true;
    }

    @Override
    public final long unsent() {
        return 0;
    }

    @Override
    public final long lastSent() {
        return 0;
    }

    @Override
    public final void resume() {
    }

    @Override
    public final boolean isLeaving() {
        return false;
    }

    @Override
    public final boolean mayHandOver() {
        return false;
    }

    @Override
    public final void handOver(HttpRequest anew, HandedBody body, HandOver told) {
        throw new IllegalStateException("there is nobody to answer");
    }

    @Override
    public final Reason whyGone() {
        return Reason.CLIENT_GONE;
    }

    @Override
    public final @Nullable ClientSource source() {
        return null;
    }

    @Override
    public final @Nullable OwnUpstreams logins() {
        return null;
    }

    @Override
    public final @Nullable TunnelClient tunnelClient() {
        return null;
    }
}
