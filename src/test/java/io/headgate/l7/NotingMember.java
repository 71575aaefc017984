package io.headgate.l7;

import io.headgate.testing.RawServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A member that answers with its name and keeps the heads that it got. */
final class NotingMember implements AutoCloseable {

    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final String name;
    private final RawServer server;
    private volatile int status = 200;

    NotingMember(String name) {
        this(name, 0);
    }

    NotingMember(String name, int port) {
        this.name = name;
        this.server = new RawServer(port, this::serve);
    }

    private void serve(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String head = head(in); !head.isEmpty(); head = head(in)) {
            heads.add(head);
            RawServer.write(socket, "HTTP/1.1 " + status + " X\r\nSet-Cookie: own=1\r\nContent-Length: "
                    + name.length() + "\r\n\r\n" + name);
        }
    }

    private static String head(BufferedReader in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** From now on it answers with this status. */
    void answers(int code) {
        status = code;
    }

    List<String> heads() {
        return List.copyOf(heads);
    }

    int port() {
        return server.port();
    }

    String address() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
