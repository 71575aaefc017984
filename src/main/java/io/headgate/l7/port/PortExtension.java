package io.headgate.l7.port;

import io.netty.channel.Channel;

/**
 * Adds handlers to the pipelines of a port, between the port's own and Reactor Netty's: the fast lane is one.
 * Each method is called on the channel's event loop, when the guard stands in the pipeline already.
 */
public interface PortExtension {

    /** For a port whose requests all go to Reactor Netty. */
    PortExtension NONE = new PortExtension() {

        @Override
        public void http1(Channel connection) {
            // nothing to add
        }

        @Override
        public void http2(Channel connection) {
            // nothing to add
        }

        @Override
        public void stream(Channel stream) {
            // nothing to add
        }
    };

    /** A connection speaks HTTP/1.1. */
    void http1(Channel connection);

    /**
     * A connection speaks HTTP/2. It may have been taken for HTTP/1.1 before: what {@link #http1} added is to
     * be removed.
     */
    void http2(Channel connection);

    /** A stream of an HTTP/2 connection has been opened. */
    void stream(Channel stream);
}
