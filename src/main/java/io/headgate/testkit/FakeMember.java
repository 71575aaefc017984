package io.headgate.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on this machine that stands for a member of a pool: it answers every request alike, or fails in
 * one of the ways in which members fail, as it was told last. It keeps the heads of the requests that came.
 */
public final class FakeMember implements AutoCloseable {

    private static final int MAX_HEAD = 1 << 20;

    private final ServerSocket server;
    private volatile Behaviour behaviour;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What it does with a request whose head and body it has read. False to read no more. */
    @FunctionalInterface
    private interface Behaviour {

        boolean answer(Socket client) throws IOException;
    }

    /** Answers every request with 200 and no body, until it is told otherwise. */
    public FakeMember() {
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.behaviour = answer(200, "");
        Thread.ofVirtual().name("fake-member").start(this::accept);
    }

    /** One that refuses connections, for ever: nobody listens on its port. */
    public static FakeMember refusing() {
        FakeMember none = new FakeMember();
        none.close();
        return none;
    }

    /** Answers with this status and text. */
    public FakeMember answers(int status, String text) {
        behaviour = answer(status, text);
        return this;
    }

    private static Behaviour answer(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("HTTP/1.1 " + status
                + " Fake\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: "
                + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return client -> {
            client.getOutputStream().write(head);
            client.getOutputStream().write(body);
            return true;
        };
    }

    /** Reads requests, and never answers. */
    public FakeMember hangs() {
        behaviour = client -> {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
            return false;
        };
        return this;
    }

    /** Resets the connection instead of an answer. */
    public FakeMember resets() {
        behaviour = FakeMember::reset;
        return this;
    }

    /** Closes the connection in the middle of an answer. */
    public FakeMember breaksOff() {
        behaviour = client -> {
            client.getOutputStream().write("HTTP/1.1 200 Fake\r\nContent-Length: 10\r\n\r\nhalf "
                    .getBytes(StandardCharsets.ISO_8859_1));
            return false;
        };
        return this;
    }

    private static boolean reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        return false;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The heads of all requests that have come, in order: each with its request line and headers. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                Thread.ofVirtual().name("fake-member").start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                requests.add(head);
                skipBody(in, head);
                if (!behaviour.answer(client)) {
                    return;
                }
            }
        } catch (IOException e) {
            // the gateway has left
        } finally {
            open.remove(client);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void skipBody(InputStream in, String head) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                in.skipNBytes(Long.parseLong(line.substring(15).trim()));
            } else if (line.regionMatches(true, 0, "transfer-encoding:", 0, 18)) {
                skipChunks(in);
            }
        }
    }

    private static void skipChunks(InputStream in) throws IOException {
        for (int size = -1; size != 0;) {
            size = Integer.parseInt(line(in).trim(), 16);
            in.skipNBytes(size);
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** Closes its port and all of its connections. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
