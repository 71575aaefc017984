package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The address of a client: what a PROXY header said, else the peer. */
public final class ClientAddress {

    /** Reactor Netty looks here too, and so does all that is built on it. */
    private static final AttributeKey<InetSocketAddress> PROXIED = AttributeKey
            .valueOf("remoteAddressFromProxyProtocol");

    private ClientAddress() {
    }

    /** Of the client of a connection, or of a stream of HTTP/2. */
    public static @Nullable InetSocketAddress of(Channel channel) {
        return channel instanceof Http2StreamChannel stream ? known(stream.parent()) : known(channel);
    }

    private static @Nullable InetSocketAddress known(Channel channel) {
        InetSocketAddress told = channel.hasAttr(PROXIED) ? channel.attr(PROXIED).get() : null;
        return told != null ? told : channel.remoteAddress() instanceof InetSocketAddress peer ? peer : null;
    }

    static void set(Channel channel, InetSocketAddress client) {
        channel.attr(PROXIED).set(client);
    }
}
