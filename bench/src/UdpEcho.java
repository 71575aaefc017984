import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Sends every datagram back to where it came from. */
final class UdpEcho implements AutoCloseable {

    private static final int BUFFER = 4 << 20;

    private final Selector selector;

    private UdpEcho(Selector selector) {
        this.selector = selector;
    }

    static UdpEcho start(int... ports) throws IOException {
        return start(InetAddress.getLoopbackAddress(), ports);
    }

    static UdpEcho start(InetAddress host, int... ports) throws IOException {
        UdpEcho echo = new UdpEcho(Selector.open());
        for (int port : ports) {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.bind(new InetSocketAddress(host, port));
            channel.configureBlocking(false).register(echo.selector, SelectionKey.OP_READ);
        }
        Thread.ofPlatform().name("udp-echo").daemon().start(echo::serve);
        return echo;
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
        while (selector.isOpen()) {
            try {
                selector.select(key -> answer((DatagramChannel) key.channel(), buffer));
            } catch (IOException | java.nio.channels.ClosedSelectorException closed) {
                return;
            }
        }
    }

    private static void answer(DatagramChannel channel, ByteBuffer buffer) {
        try {
            for (SocketAddress from = channel.receive(buffer.clear()); from != null; from = channel
                    .receive(buffer.clear())) {
                channel.send(buffer.flip(), from);
            }
        } catch (IOException unreachable) {
            // The sender has gone; its proxy says so by ICMP. The next datagram is another one's.
        }
    }

    @Override
    public void close() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException alreadyClosed) {
            // Nothing is left to close.
        }
    }
}
