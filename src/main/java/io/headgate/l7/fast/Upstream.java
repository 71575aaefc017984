package io.headgate.l7.fast;

import io.headgate.pool.Address;
import io.netty.util.AsciiString;

/**
 * What one exchange has its request answered on: a connection of HTTP/1.1, which it has to itself, or a
 * stream of a connection of HTTP/2, which others share. Belongs to one event loop.
 */
interface Upstream {

    /** Its target: a member, or the address of a fixed target. */
    Object key();

    Address address();

    /** The Host that a request gets by default. */
    AsciiString authority();

    /** From now on this is its user, who hears of the answer and of its end. */
    void attach(UpstreamUser next);

    void write(Object message);

    void flush();

    /** Reads on. The user gets what comes, and asks again when it can take more. */
    void read();

    boolean isWritable();

    /** How many bytes it has to take until it is writable again. */
    long unsent();

    /** Milliseconds since the kernel last sent it something new. */
    long lastSent();

    /** Whether all that was written for it has gone, as far as can be told. */
    boolean hasTakenAll();

    /** Whether anything has come since the request. */
    boolean isHeard();

    /** Whether its connection has served before: the member may have closed it in the meantime. */
    boolean isReused();

    /** Whether the member has certainly not acted on the request, so that another may have it. */
    default boolean isUnprocessed() {
        return false;
    }

    UpstreamAge age();

    /** The client's login holds for its connection, or will. */
    void belongTo(OwnUpstreams client);

    /**
     * Notes what came of the last request.
     *
     * @param refused whether a login, if there was one, has still to go on
     */
    void loggingIn(boolean refused);

    /** The answer is complete: its connection can serve another request. */
    void park();

    /**
     * Ends it without a word to its user. When this returns it is closed: whoever gives the member's place on
     * next must not make the member see one request too many.
     */
    void close();
}
