package io.headgate.l7.fast;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a client's connection. */
final class Peer {

    /** Where Reactor Netty keeps what a PROXY protocol header said. */
    private static final AttributeKey<Object> PROXIED = AttributeKey
            .valueOf("remoteAddressFromProxyProtocol");

    private Peer() {
    }

    static @Nullable InetSocketAddress of(Channel channel) {
        Object told = channel.hasAttr(PROXIED) ? channel.attr(PROXIED).get() : null;
        Object address = told != null ? told : channel.remoteAddress();
        return address instanceof InetSocketAddress inet ? inet : null;
    }

    static boolean isSecure(Channel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }
}
