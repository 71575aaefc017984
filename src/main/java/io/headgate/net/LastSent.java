package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;

/**
 * When the kernel last sent data to a peer. The kernel holds up to some megabytes for each peer, and allows
 * another write only when a third of them is gone. So a peer that accepts data slowly but steadily looks from
 * here as if it accepted none.
 */
public final class LastSent {

    private LastSent() {
    }

    /**
     * Milliseconds since new data went out on a TCP connection; {@link Long#MAX_VALUE} if the transport does
     * not report it, or if only unconfirmed data is being sent again.
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
