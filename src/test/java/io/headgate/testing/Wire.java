package io.headgate.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One end of a TCP connection, a client's or a member's, that sends exactly the bytes that a test says. */
public final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    /** Connects to this port of this machine. */
    public Wire(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over a connection that is there already; closes it in the end. */
    public Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** For an end that only waits to be asked. */
    public void waitsForEver() throws IOException {
        socket.setSoTimeout(0);
    }

    // What is sent

    public Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public Wire send(byte[] bytes, int count) throws IOException {
        socket.getOutputStream().write(bytes, 0, count);
        return this;
    }

    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    // What comes

    /** Where all of it is read from: a part of what has come may have left the socket already. */
    public InputStream in() {
        return in;
    }

    /** Up to and without the empty line; empty at the end of the stream. */
    public String head() throws IOException {
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

    public String exactly(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    public int readSome(byte[] into) throws IOException {
        return in.read(into);
    }

    /** Reads until this text has come. */
    public String readUntil(String text) throws IOException {
        StringBuilder all = new StringBuilder();
        do {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("closed after: " + all);
            }
            all.append((char) c);
        } while (all.indexOf(text, all.length() - text.length()) < 0);
        return all.toString();
    }

    /** All to the end of the stream; a reset is an end too. */
    public String rest() throws IOException {
        return rest("");
    }

    /** All to the end of the stream; a reset shows as {@code <reset>}. */
    public String readAll() throws IOException {
        return rest("<reset>");
    }

    private String rest(String reset) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String end = "";
        try {
            in.transferTo(all);
        } catch (SocketException e) {
            end = reset;
        }
        return all.toString(StandardCharsets.ISO_8859_1) + end;
    }

    /** A message's head, its body by its own framing appended after an empty line, chunks joined. */
    public String message() throws IOException {
        String head = head();
        return head + "\r\n\r\n" + body(head);
    }

    /** What follows a head, chunks joined. */
    public String body(String head) throws IOException {
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

    // The connection

    public Socket socket() {
        return socket;
    }

    /** Breaks the connection off. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
