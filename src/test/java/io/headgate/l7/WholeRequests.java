package io.headgate.l7;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests as a member reads them, one after the other, whole. */
final class WholeRequests implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final AtomicInteger halves;

    WholeRequests(Socket socket) throws IOException {
        this(socket, new AtomicInteger());
    }

    /**
     * @param halves counts requests of which some has come and some is missing
     */
    WholeRequests(Socket socket, AtomicInteger halves) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.halves = halves;
    }

    /** The request line of the next one, whose body is read; empty where no whole one comes. */
    String next() throws IOException {
        String first = line();
        if (first.isEmpty()) {
            return "";
        }
        halves.incrementAndGet();
        try {
            return body() ? first : "";
        } finally {
            halves.decrementAndGet();
        }
    }

    private boolean body() throws IOException {
        long length = 0;
        boolean chunked = false;
        String line = line();
        for (; !line.isEmpty(); line = line()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:");
        }
        if (!chunked) {
            return in.readNBytes((int) length).length == length;
        }
        for (String size = line(); !size.isEmpty(); size = line()) {
            int count = Integer.parseInt(size, 16);
            in.readNBytes(count);
            line();
            if (count == 0) {
                return true;
            }
        }
        return false;
    }

    /** Without its end; empty at the end of the stream too. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
