package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;

/**
 * When the kernel last sent data to a peer. It holds up to some megabytes for each, and lets us write again
 * only when a third of them is gone: a peer that takes slowly but steadily looks from here as if it took
 * nothing.
 */
public final class LastSent {

    private LastSent() {
    }

    /**
     * Milliseconds since new data went out on a TCP connection; {@link Long#MAX_VALUE} where the transport
     * does not tell, or what goes out is only what the peer has not confirmed.
     */
    public static long millisAgo(Channel channel) {
        if (!(channel instanceof EpollSocketChannel epoll) || !channel.isOpen()) {
            return Long.MAX_VALUE;
        }
        try {
            EpollTcpInfo info = epoll.tcpInfo();
            return info.retransmits() == 0 ? info.lastDataSent() : Long.MAX_VALUE;
        } catch (ChannelException e) {
            return Long.MAX_VALUE; // it is gone
        }
    }
}
