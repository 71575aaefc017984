package io.headgate.l4;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets of a UDP listener. A wildcard address becomes one socket for each address that the machine has
 * at that moment: so that an answer leaves from the address that the client used.
 */
final class UdpBinding implements Binding {

    /** Room for the answers of one round of the event loop; they leave together. */
    private static final WriteBufferWaterMark ROOM = new WriteBufferWaterMark(256 * 1024, 512 * 1024);
    private static final int PORT_ATTEMPTS = 5;

    private final InetSocketAddress address;
    private final List<Channel> sockets;
    private final List<UdpDoor> doors;

    private UdpBinding(InetSocketAddress address, List<Channel> sockets, List<UdpDoor> doors) {
        this.address = address;
        this.sockets = sockets;
        this.doors = doors;
    }

    static UdpBinding open(Address address, SocketOptions options, Shared shared) throws IOException {
        InetSocketAddress wanted = TcpBinding.resolved(address);
        IOException failure = new IOException("no address");
        for (int i = 0; i < (wanted.getPort() == 0 ? PORT_ATTEMPTS : 1); i++) {
            try {
                return open(wanted, options, shared);
            } catch (IOException e) { // a port that is free on one address may be taken on another
                failure = e;
            }
        }
        throw failure;
    }

    private static UdpBinding open(InetSocketAddress wanted, SocketOptions options, Shared shared)
            throws IOException {
        List<Channel> sockets = new ArrayList<>();
        List<UdpDoor> doors = new ArrayList<>();
        int port = wanted.getPort();
        for (InetAddress local : locals(wanted.getAddress())) {
            UdpDoor door = new UdpDoor(shared);
            Bootstrap bootstrap = new Bootstrap().group(shared.loops().next())
                    .channel(shared.loops().transport().datagram()).handler(door)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ROOM)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, DatagramIntake.ofMany());
            if (shared.loops().transport() == Transport.EPOLL) { // many datagrams by one call
                bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DatagramIntake.LARGEST);
            }
            if (options.reusePort()) {
                bootstrap.option(shared.loops().transport().reusePort(), true);
            }
            ChannelFuture bound = bootstrap.bind(local, port).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                sockets.forEach(socket -> socket.close().awaitUninterruptibly());
                throw new IOException(bound.cause().getMessage(), bound.cause());
            }
            port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
            sockets.add(bound.channel());
            doors.add(door);
        }
        return new UdpBinding(new InetSocketAddress(wanted.getAddress(), port), sockets, doors);
    }

    private static Set<InetAddress> locals(InetAddress address) throws IOException {
        if (!address.isAnyLocalAddress()) {
            return Set.of(address);
        }
        Set<InetAddress> all = new LinkedHashSet<>();
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(local -> local instanceof Inet4Address
                        || (!(address instanceof Inet4Address) && !local.isLinkLocalAddress()))
                .forEach(all::add);
        return all;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void serve(Listener listener) {
        doors.forEach(door -> door.serve(listener));
        sockets.forEach(socket -> socket.config().setAutoRead(true));
    }

    /** While it does not accept, open sessions go on and datagrams of others are dropped. */
    @Override
    public void accepting(boolean accept) {
    }

    /** Sessions that are open go on; a socket is closed when its last one is over. */
    @Override
    public void close() {
        for (int i = 0; i < sockets.size(); i++) {
            doors.get(i).shut(sockets.get(i));
        }
    }

    @Override
    public void cut() {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
    }
}
