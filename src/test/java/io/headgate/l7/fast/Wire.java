package io.headgate.l7.fast;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One end of a TCP connection, used byte by byte. */
final class Wire implements Closeable {

    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** For an end that only waits to be asked. */
    void waitsForEver() throws IOException {
        socket.setSoTimeout(0);
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Wire send(byte[] bytes, int count) throws IOException {
        socket.getOutputStream().write(bytes, 0, count);
        return this;
    }

    /** Up to and without the empty line; empty at the end of the stream. */
    String head() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int ends = 0; ends < 4;) {
            int c = in.read();
            if (c < 0) {
                return text.toString();
            }
            text.append((char) c);
            ends = c == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : c == '\r' ? 1 : 0;
        }
        return text.substring(0, text.length() - 4);
    }

    String exactly(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    int readSome(byte[] into) throws IOException {
        return in.read(into);
    }

    /** All to the end of the stream; a reset is an end too. */
    String rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketException reset) {
            // the end
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** A message's head, its body by its own framing appended after an empty line, chunks joined. */
    String message() throws IOException {
        String head = head();
        return head + "\r\n\r\n" + body(head);
    }

    /** What is behind a head, chunks joined. */
    String body(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("transfer-encoding: chunked")) {
            StringBuilder body = new StringBuilder();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.append(exactly(size));
                line();
            }
            StringBuilder trailers = new StringBuilder();
            for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
                trailers.append('|').append(trailer);
            }
            return body.append(trailers).toString();
        }
        int at = lower.indexOf("content-length: ");
        int length = at < 0
                ? 0
                : Integer.parseInt(lower.substring(at + 16).lines().findFirst().orElseThrow().strip());
        return exactly(length);
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("in the middle of a line");
            }
            text.append((char) c);
        }
        return text.toString().strip();
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Breaks the connection off. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
