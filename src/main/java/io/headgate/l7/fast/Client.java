package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.route.RequestDraft;
import io.headgate.net.ClientSource;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Where a request came from and its answer goes: a connection of HTTP/1.1, or a stream of HTTP/2. */
interface Client {

    void write(Object message);

    void flush();

    boolean isWritable();

    /** Bytes the client has to take before it is writable again. */
    long unsent();

    /** Milliseconds since the kernel last sent the client something new. */
    long lastSent();

    /** Reads on, if there is room for more. */
    void resume();

    /** Whether this answer is the last one here, because the server shuts down. */
    boolean isLeaving();

    /**
     * The exchange is over, its answer written.
     *
     * @param stays whether another request may be served
     * @param bodyComplete whether all of the request had come
     */
    void exchangeEnded(boolean stays, boolean bodyComplete);

    /**
     * Breaks off in the middle of an answer.
     *
     * @param byReset whether a plain close could be mistaken for the end of the answer
     */
    void abort(boolean byReset);

    /**
     * The request begins anew, as another: on the fast lane or the slow one, as its route is. Its exchange is
     * over; nothing was answered.
     *
     * @param body what has come of it
     */
    void handOver(HttpRequest anew, HandedBody body, HandOver told);

    /** Whether the request may begin anew once more; false where that goes round in a circle. */
    boolean mayHandOver();

    /** Closes at once. What is under way ends with it. */
    void close();

    /** Why the client is gone while its request was under way. */
    Reason whyGone();

    /** Who the client is. */
    ClientOrigin origin();

    /** From where members are connected to for it; null for this machine's own address. */
    default @Nullable ClientSource source() {
        return origin().arrival().source();
    }

    default ForwardedHeaders forwarded() {
        return origin().forwarded();
    }

    default @Nullable OwnUpstreams logins() {
        return origin().logins();
    }

    default OwnUpstreams ownLogins() {
        return origin().ownLogins();
    }

    /** The request is over, for this reason if it has failed. */
    default void told(@Nullable Reason reason) {
    }

    /** Whether there is no client: the answer is fetched for the cache alone, or is that of a copy. */
    default boolean isRefresh() {
        return false;
    }

    /** Who follows the request; null for nobody. */
    default RequestTracer.@Nullable Trace trace(RequestDraft draft) {
        return draft.trace();
    }

    /** Whether it is a stream of HTTP/2. */
    default boolean isStream() {
        return false;
    }

    /** What becomes of it when the request becomes a tunnel; null where that cannot be. */
    @Nullable
    TunnelClient tunnelClient();
}
