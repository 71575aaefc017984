package io.headgate.l4;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.netty.channel.ChannelException;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all listeners share.
 *
 * @param loops the threads
 * @param names resolves members' host names
 * @param pools where members are found
 * @param clock the time
 * @param table the open connections
 * @param listener hears of them
 * @param http serves what listeners for HTTP accept
 * @param wheels their deadlines
 * @param admitted how many clients of all listeners are admitted, including those of former listeners
 * @param offload takes connections before they come here
 * @param sockets makes sockets
 * @param datagrams makes sockets for UDP
 */
record Shared(EventLoops loops, Names names, Pools pools, Clock clock, ConnectionTable table,
        ConnectionListener listener, HttpLayer http, Wheels wheels, AtomicInteger admitted, Offload offload,
        ReflectiveChannelFactory<? extends SocketChannel> sockets,
        ReflectiveChannelFactory<? extends DatagramChannel> datagrams) {

    Shared(EventLoops loops, Names names, Pools pools, Clock clock, ConnectionTable table,
            ConnectionListener listener, HttpLayer http, Offload offload) {
        this(loops, names, pools, clock, table, listener, http, new Wheels(clock.ticker()),
                new AtomicInteger(), offload,
                new ReflectiveChannelFactory<>(loops.transport().socket()),
                new ReflectiveChannelFactory<>(loops.transport().datagram()));
    }

    /**
     * Makes a socket to a member, prepared for relaying.
     *
     * @throws ChannelException when no file descriptor is left
     */
    DuplexChannel open(Address member, SocketOptions options, Intake intake) {
        if (member.path() != null) {
            EpollDomainSocketChannel domain = new EpollDomainSocketChannel();
            Sockets.prepare(domain, intake);
            return domain;
        }
        SocketChannel channel = sockets.newChannel();
        Sockets.prepare(channel, intake, options);
        return channel;
    }
}
