package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A member for tests: each connection has a virtual thread. */
final class Backend implements AutoCloseable {

    /** What a backend does with one connection. */
    @FunctionalInterface
    interface Talk {
        void with(Socket socket) throws IOException;
    }

    static final Talk ECHO = socket -> socket.getInputStream().transferTo(socket.getOutputStream());

    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Backend(Talk talk) {
        try {
            server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Thread.startVirtualThread(() -> accept(talk));
    }

    private void accept(Talk talk) {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.startVirtualThread(() -> serve(talk, socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Talk talk, Socket socket) {
        try (socket) {
            talk.with(socket);
        } catch (IOException e) {
            // the test looks at the client's side
        } finally {
            open.remove(socket);
        }
    }

    MemberSpec member() {
        return MemberSpec.of(new Address("127.0.0.1", server.getLocalPort()));
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
