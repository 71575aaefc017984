package io.headgate.testing;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A server that does with each connection what the test says, on a thread of its own. */
public final class RawServer implements AutoCloseable {

    /** Sends back what comes, to the end. */
    public static final Behaviour ECHO = socket -> socket.getInputStream()
            .transferTo(socket.getOutputStream());

    /** Waits for the client to leave; what it says does not matter. */
    public static final Behaviour SILENT = RawServer::swallow;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile Behaviour behaviour;

    /** What is done with a connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Behaviour {

        void with(Socket socket) throws IOException;
    }

    public RawServer(Behaviour behaviour) {
        this(0, behaviour);
    }

    public RawServer(int port, Behaviour behaviour) {
        this(bound(port), behaviour);
    }

    /** Over a socket that is bound already. */
    public RawServer(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
        Thread.ofVirtual().start(this::accept);
    }

    private static ServerSocket bound(int port) {
        try {
            return new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            behaviour.with(socket);
        } catch (IOException e) {
            // the peer has gone, which tests do on purpose
        } finally {
            open.remove(socket);
        }
    }

    /** Answers every request without a body with 200 and this text. */
    public static Behaviour answering(String body) {
        return socket -> {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (readHead(in)) {
                write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        };
    }

    /** The same behind TLS. */
    public static Behaviour secured(SSLContext tls, Behaviour behaviour) {
        return socket -> {
            try (Socket within = tls.getSocketFactory().createSocket(socket, null, true)) {
                behaviour.with(within);
            }
        };
    }

    /** Reads a request's head, says this, and waits for the client to leave. */
    public static Behaviour saying(String bytes) {
        return socket -> {
            if (readHead(socket)) {
                write(socket, bytes);
                swallow(socket);
            }
        };
    }

    /** Reads all there is and says nothing. */
    public static void swallow(Socket socket) throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Reads up to the empty line; false when the peer has finished. */
    public static boolean readHead(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            return false;
        }
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return line != null;
    }

    public static boolean readHead(Socket socket) throws IOException {
        return !head(socket).isEmpty();
    }

    /** A head with the empty line behind it, and no byte more; empty when the peer has finished. */
    public static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    public static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    public int port() {
        return server.getLocalPort();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    /** With the defaults. */
    public MemberSpec member() {
        return MemberSpec.of(new Address("127.0.0.1", port()));
    }

    /** From the next connection on. */
    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Refuses connections from now on. */
    public void stop() throws IOException {
        server.close();
    }

    public int accepted() {
        return accepted.get();
    }

    /** Those that are being served. */
    public int open() {
        return open.size();
    }

    /** Ends at once, as a killed process does. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                reset(socket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reset(Socket socket) throws IOException {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (SocketException e) {
            // it was over anyway
        }
    }

    /** Answers each request with its head, in lower case; a body of four bytes is read over. */
    public static void echoHeads(Socket socket) throws IOException {
        for (String head = head(socket); !head.isBlank(); head = head(socket)) {
            String body = head.toLowerCase(Locale.ROOT);
            if (body.contains("content-length: 4\r\n")) {
                socket.getInputStream().readNBytes(4);
            }
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }
}
