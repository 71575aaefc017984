package io.headgate.l7;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A member that never answers, and counts what it has at a time: with each request it first looks which of
 * those before it have ended, as far as its system knows.
 */
final class CountingMember implements AutoCloseable {

    /** The paths that were asked for, in order. */
    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final Selector selector;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> asking = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    private final Thread thread = new Thread(this::serve, "counting-member");
    private volatile int most;

    CountingMember() throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        thread.start();
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** How many requests it had at once at the most. */
    int most() {
        return most;
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select();
                for (SelectionKey key : selector.isOpen()
                        ? List.copyOf(selector.selectedKeys())
                        : List.<SelectionKey>of()) {
                    selector.selectedKeys().remove(key);
                    if (key.isValid() && key.isAcceptable()) {
                        server.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
                    } else if (key.isValid()) {
                        look((SocketChannel) key.channel());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void look(SocketChannel connection) throws IOException {
        String read = read(connection);
        if (read.endsWith("\r\n\r\n")) {
            for (SocketChannel before : List.copyOf(asking)) {
                read(before);
            }
            asking.add(connection);
            most = Math.max(most, asking.size());
            asked.add(read.split(" ", 3)[1]);
        }
    }

    private String read(SocketChannel connection) throws IOException {
        buffer.clear();
        int length;
        try {
            length = connection.read(buffer);
        } catch (IOException e) { // a reset
            length = -1;
        }
        if (length < 0) {
            asking.remove(connection);
            connection.close();
        }
        return new String(buffer.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
