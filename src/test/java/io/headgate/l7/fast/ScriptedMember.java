package io.headgate.l7.fast;

import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
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

    private final RawServer server;
    final List<String> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    ScriptedMember(Script script) {
        this(null, script);
    }

    /** Speaks TLS where there is a context for it. */
    ScriptedMember(@Nullable SSLContext tls, Script script) {
        RawServer.Behaviour behaviour = socket -> run(script, socket);
        server = new RawServer(tls == null ? behaviour : RawServer.secured(tls, behaviour));
    }

    private void run(Script script, Socket socket) {
        try (Wire wire = new Wire(socket)) {
            // a connection that ended just as it is used again would cost a request its answer
            wire.waitsForEver();
            script.run(wire, connections.incrementAndGet(), seen);
        } catch (IOException e) {
            seen.add("! " + e.getMessage());
        }
    }

    /** Answers each request with the same text. */
    static ScriptedMember answering(String response) {
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

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
