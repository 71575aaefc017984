package io.headgate.l7.fast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A member that does with each connection what its script says, and keeps what it saw. */
final class ScriptedMember implements AutoCloseable {

    /** What is done with one connection; its number starts at 1. */
    interface Script {

        void run(Wire wire, int connection, List<String> seen) throws IOException;
    }

    private final ServerSocket server;
    private final List<Socket> open = new ArrayList<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    ScriptedMember(Script script) throws IOException {
        this(null, script);
    }

    /** Speaks TLS where there is a context for it. */
    ScriptedMember(@Nullable SSLContext tls, Script script) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(tls, script));
    }

    /** Answers each request with the same text. */
    static ScriptedMember answering(String response) throws IOException {
        return new ScriptedMember((wire, connection, seen) -> {
            for (;;) {
                String request = wire.message();
                if (request.isBlank()) {
                    return;
                }
                seen.add(request);
                wire.send(response);
            }
        });
    }

    private void accept(@Nullable SSLContext tls, Script script) {
        try {
            for (;;) {
                Socket socket = server.accept();
                synchronized (open) {
                    open.add(socket);
                }
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (Wire wire = new Wire(tls == null
                            ? socket
                            : tls.getSocketFactory().createSocket(socket, null, true))) {
                        script.run(wire, number, seen);
                    } catch (IOException e) {
                        seen.add("! " + e.getMessage());
                    }
                });
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
