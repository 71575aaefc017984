package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;

/** Where a request came from and its answer goes to: a connection of HTTP/1.1, or a stream of HTTP/2. */
interface Client {

    void write(Object message);

    void flush();

    boolean isWritable();

    /** How many bytes the client has to take until it is writable again. */
    long unsent();

    /** Milliseconds since the kernel last sent the client something new. */
    long lastSent();

    /** Reads on where there is room for more. */
    void resume();

    /** Whether what is written now is the last that goes there, for the server shuts down. */
    boolean isLeaving();

    /**
     * The exchange is over, its answer written.
     *
     * @param stays whether another request may be served
     * @param bodyComplete whether the request had been received in whole
     */
    void exchangeEnded(boolean stays, boolean bodyComplete);

    /**
     * Breaks off in the middle of an answer.
     *
     * @param byReset whether a plain close could be taken for the answer's end
     */
    void abort(boolean byReset);

    /** Closes at once, whatever is under way; that ends with it. */
    void close();

    /** Why it is gone under a request. */
    Reason whyGone();

    ForwardedHeaders forwarded();

    /** The connections to members that it has logged in on; null before the first. */
    @Nullable
    OwnUpstreams logins();

    /** The same, made where there are none. */
    OwnUpstreams ownLogins();

    /** The connection, where it is this request's alone and can be made a tunnel. */
    @Nullable
    ClientConnection connection();
}
