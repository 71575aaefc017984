package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the client of an exchange that has none: it fetches an answer for the cache, after a client got
 * the stale one.
 */
final class Refresh implements Client {

    private final ClientOrigin origin;
    private @Nullable Exchange exchange;

    /**
     * @param origin of the client on whose account it is fetched
     */
    Refresh(ClientOrigin origin) {
        this.origin = origin;
    }

    void of(Exchange mine) {
        exchange = mine;
    }

    @Override
    public boolean isRefresh() {
        return true;
    }

    @Override
    public void write(Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void flush() {
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long unsent() {
        return 0;
    }

    @Override
    public long lastSent() {
        return 0;
    }

    @Override
    public void resume() {
    }

    @Override
    public boolean isLeaving() {
        return false;
    }

    @Override
    public void exchangeEnded(boolean stays, boolean bodyComplete) {
        exchange = null;
    }

    @Override
    public void abort(boolean byReset) {
        exchange = null;
    }

    @Override
    public void close() {
        Exchange mine = exchange;
        exchange = null;
        if (mine != null) {
            mine.clientGone();
        }
    }

    @Override
    public Reason whyGone() {
        return Reason.CLIENT_GONE;
    }

    @Override
    public ClientOrigin origin() {
        return origin;
    }

    /** Nobody is logged in. */
    @Override
    public @Nullable OwnUpstreams logins() {
        return null;
    }

    @Override
    public @Nullable ClientConnection connection() {
        return null;
    }
}
