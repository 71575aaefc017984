package io.headgate.l7.fast;

import io.headgate.l7.port.ClientAddress;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a client's connection. */
final class Peer {

    private Peer() {
    }

    static @Nullable InetSocketAddress of(Channel channel) {
        return ClientAddress.of(channel);
    }

    static boolean isSecure(Channel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }
}
