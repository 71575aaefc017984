package io.headgate.l7;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.headgate.testing.RawServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A member that reads each request whole and answers when the test lets it; "/half" and "/endless" (which
 * ends with its connection) are answered in part at once, of "/head" the head alone.
 */
final class HoldingMember implements AutoCloseable {

    /** The paths that were asked for, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicLong bodyBytes = new AtomicLong();
    private final Semaphore answers = new Semaphore(0);
    private final RawServer server = new RawServer(this::serve);

    private void serve(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String path = line.split(" ", 3)[1];
            long length = 0;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Long.parseLong(header.substring(header.indexOf(':') + 1).trim());
                }
            }
            in.skipNBytes(length);
            bodyBytes.addAndGet(length);
            String begin = switch (path) {
                case "/half" -> "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n8 bytes ";
                case "/endless" -> "HTTP/1.1 200 OK\r\n\r\n8 bytes ";
                case "/head" -> "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
                default -> "";
            };
            RawServer.write(socket, begin);
            asked.add(path);
            answers.acquireUninterruptibly();
            RawServer.write(socket,
                    begin.isEmpty() ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : "ok");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Answers so many requests, those that wait or those to come. */
    void answer(int requests) {
        answers.release(requests);
    }

    MemberSpec member(int places) {
        Address address = new Address("127.0.0.1", server.port());
        return new MemberSpec(address.toString(), address, 1, places, false, null);
    }

    int open() {
        return server.open();
    }

    @Override
    public void close() throws IOException {
        answer(100_000);
        server.close();
    }
}
