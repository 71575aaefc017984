import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;

/**
 * Clients with one datagram in flight each: the next one leaves when the echo is there, or when it is
 * LOST_AFTER late, which counts as an error.
 */
record UdpLoad(int clients) implements Load {

    private static final int SIZE = 64;
    private static final long LOST_AFTER = 200_000_000L;
    private static final int MICROS_MAX = 1_000_000;

    @Override
    public String unit() {
        return "datagram";
    }

    @Override
    public Optional<String> probe(int port) {
        try {
            return new UdpLoad(1).drive(at(port), 100_000_000L).units() > 0
                    ? Optional.empty()
                    : Optional.of("no datagram comes back");
        } catch (IOException failed) {
            return Optional.of("no datagram comes back (" + failed.getClass().getSimpleName() + ")");
        }
    }

    @Override
    public Sample run(int port, int seconds, int patience) throws IOException {
        return drive(at(port), seconds * 1_000_000_000L);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Sample drive(InetSocketAddress to, long nanos) throws IOException {
        long[] byMicros = new long[MICROS_MAX + 1];
        long lost = 0;
        long echoed = 0;
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * SIZE);
        long begin = System.nanoTime();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < clients; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.connect(to);
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ,
                        new Client(channel));
            }
            try {
                for (SelectionKey key : selector.keys()) {
                    ((Client) key.attachment()).send(buffer);
                }
                long nextCheck = begin + LOST_AFTER;
                for (long now = begin; now - begin < nanos; now = System.nanoTime()) {
                    selector.select(10);
                    for (SelectionKey key : selector.selectedKeys()) {
                        Client client = (Client) key.attachment();
                        if (client.receive(buffer)) {
                            byMicros[(int) Math.min(MICROS_MAX, (System.nanoTime() - client.sent) / 1000)]++;
                            echoed++;
                            client.send(buffer);
                        }
                    }
                    selector.selectedKeys().clear();
                    if (now >= nextCheck) {
                        nextCheck = now + LOST_AFTER;
                        for (SelectionKey key : selector.keys()) {
                            Client client = (Client) key.attachment();
                            if (now - client.sent > LOST_AFTER) {
                                lost++;
                                client.send(buffer);
                            }
                        }
                    }
                }
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
        return new Sample(echoed, (System.nanoTime() - begin) / 1e9, lost, at(byMicros, echoed, 0.5),
                at(byMicros, echoed, 0.99), at(byMicros, echoed, 0.999));
    }

    private static double at(long[] byMicros, long total, double share) {
        long left = (long) Math.ceil(total * share);
        for (int micros = 0; micros < byMicros.length; micros++) {
            left -= byMicros[micros];
            if (left <= 0) {
                return micros / 1e3;
            }
        }
        return Double.NaN;
    }

    private static final class Client {

        private final DatagramChannel channel;
        private long sequence;
        private long sent;

        Client(DatagramChannel channel) {
            this.channel = channel;
        }

        void send(ByteBuffer buffer) throws IOException {
            buffer.clear().putLong(++sequence).position(SIZE);
            sent = System.nanoTime();
            channel.write(buffer.flip());
        }

        /**
         * Whether the echo of the last datagram has come; echoes that were given up as lost are passed over.
         */
        boolean receive(ByteBuffer buffer) throws IOException {
            boolean mine = false;
            while (channel.read(buffer.clear()) > 0) {
                mine |= buffer.position() == SIZE && buffer.getLong(0) == sequence;
            }
            return mine;
        }
    }
}
