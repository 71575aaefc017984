package io.headgate.l4;

import io.headgate.pool.Reason;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Layer 7, as listeners for HTTP see it. They accept its connections. */
public interface HttpLayer {

    /** Where there is no layer 7: closes every connection. */
    HttpLayer NONE = new HttpLayer() {

        @Override
        public void accepted(String listener, SocketChannel channel, Identification client) {
            channel.unsafe().closeForcibly();
        }

        @Override
        public void ends(SocketChannel channel, Reason reason) {
            // there is none
        }
    };

    /**
     * A client was let in. Makes the pipeline of its channel, which will be registered with an event loop
     * after that, or closes it.
     *
     * @param client is to be asked if the connection begins with a PROXY header
     */
    void accepted(String listener, SocketChannel channel, Identification client);

    /** The connection is about to be cut. On its event loop. */
    void ends(SocketChannel channel, Reason reason);

    /** Checks the client behind a proxy. */
    @FunctionalInterface
    interface Identification {

        /**
         * A PROXY header was read.
         *
         * @param client null if the proxy itself is the client
         * @return why it may not stay, null if it may; the refusal has been reported
         */
        @Nullable
        Reason identified(@Nullable InetSocketAddress client);
    }
}
