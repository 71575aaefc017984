package io.headgate.l7.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clients' HTTP/2 connections, so that they can be told to go. Reactor Netty tells only those that have a
 * request in flight, and only when the port closes. Done in two steps (RFC 9113, 6.8): first that no more is
 * wanted, while what is under way to us is still taken; then what was the last.
 */
final class Http2Connections {

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    void add(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(closed -> open.remove(channel));
    }

    /** No more is wanted. */
    void announce() {
        for (Channel channel : open) {
            Http2GoAwayFrame soon = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
            soon.setExtraStreamIds(Integer.MAX_VALUE); // none is refused yet
            channel.writeAndFlush(soon).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    /** No more is taken; each closes when its last answer is written. */
    void close() {
        for (Channel channel : open) {
            channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }
}
