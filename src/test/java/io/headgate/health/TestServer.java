package io.headgate.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts connections on a loopback port and treats each as it is told to. */
final class TestServer implements AutoCloseable {

    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile Behaviour behaviour;

    /** Returns once the client has left or the connection may be closed. */
    @FunctionalInterface
    interface Behaviour {
        void treat(Socket socket) throws IOException;
    }

    /** Accepts, and waits for the client to leave. */
    static final Behaviour SILENT = socket -> {
        while (socket.getInputStream().read() >= 0) {
            // what the client says does not matter
        }
    };

    TestServer(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Reads the request's head, answers with these bytes, and waits for the client to leave. */
    static Behaviour answering(String answer) {
        return socket -> {
            head(socket);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            SILENT.treat(socket);
        };
    }

    static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("client left");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static int refusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                accepted.incrementAndGet();
                open.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> treat(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void treat(Socket socket) {
        try (socket) {
            behaviour.treat(socket);
        } catch (IOException gone) {
            // the client has left, which is what some tests are about
        } finally {
            open.decrementAndGet();
        }
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Connections that the client has not closed yet. */
    int open() {
        return open.get();
    }

    int accepted() {
        return accepted.get();
    }

    /** Refuses connections from now on. */
    void stop() throws IOException {
        listening.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
