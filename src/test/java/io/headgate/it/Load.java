package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Pause;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Clients that send one GET after another over connections kept alive, until the test says stop. They never
 * send anything twice, so that every request is counted by what became of it; they follow
 * {@code Connection: close}.
 */
public final class Load implements AutoCloseable {

    private static final byte[] REQUEST = "GET /load HTTP/1.1\r\nHost: load\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final Duration pause;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final Map<Integer, AtomicLong> answers = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;
    private volatile boolean elsewhere;

    private Load(int port, Duration pause) {
        this.port = port;
        this.pause = pause;
    }

    /** As much as these connections can carry. */
    public static Load start(int port, int connections) {
        return start(port, connections, Duration.ZERO);
    }

    /** With a pause after each answer: it leaves a processor to what starts meanwhile. */
    static Load start(int port, int connections, Duration pause) {
        Load load = new Load(port, pause);
        load.running.set(connections);
        for (int i = 0; i < connections; i++) {
            load.clients.add(Thread.ofVirtual().start(load::run));
        }
        return load;
    }

    private void run() {
        try {
            while (!stopped && !elsewhere) {
                connection();
            }
        } finally {
            running.decrementAndGet();
        }
    }

    private void connection() {
        boolean asked = false;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean open = true;
            while (open && !stopped) {
                asked = true;
                open = request(socket.getOutputStream(), in);
                asked = false;
                if (pause.isPositive()) {
                    Pause.of(pause, "a client that asks for the next page");
                }
            }
        } catch (ConnectException e) {
            failures.add("no connection: " + e);
            stopped = true; // there is nobody to talk to: not worth a storm
        } catch (IOException e) {
            failures.add((asked ? "sent and not answered: " : "between requests: ") + e);
        }
    }

    /** Whether the connection may be used again. */
    private boolean request(OutputStream out, InputStream in) throws IOException {
        sent.incrementAndGet();
        out.write(REQUEST);
        String status = line(in);
        if (status == null) {
            throw new IOException("closed without an answer");
        }
        int length = -1;
        boolean close = false;
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            }
            close |= lower.replace(" ", "").equals("connection:close");
        }
        if (length < 0 || in.readNBytes(length).length < length) {
            throw new IOException("answer cut short: " + status);
        }
        answers.computeIfAbsent(Integer.valueOf(status.substring(9, 12)), s -> new AtomicLong())
                .incrementAndGet();
        return !close;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    public long sent() {
        return sent.get();
    }

    public long answered(int status) {
        AtomicLong count = answers.get(status);
        return count == null ? 0 : count.get();
    }

    /** Waits until this many more requests were answered well. */
    public void awaitMore(int count) {
        long goal = answered(200) + count;
        await().atMost(Duration.ofSeconds(30)).until(() -> answered(200) >= goal);
    }

    /** From now on a client whose connection is closed connects no more, as behind a balancer that knows. */
    public void goElsewhere() {
        elsewhere = true;
    }

    public void awaitNobodyLeft() {
        await().atMost(Duration.ofSeconds(30)).until(() -> running.get() == 0);
    }

    /** Requests and connections that came to nothing. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Lets what is asked be answered. */
    public void stop() {
        stopped = true;
        awaitNobodyLeft();
    }

    @Override
    public void close() {
        stopped = true;
    }

    @Override
    public String toString() {
        return sent + " sent, answers " + answers + ", " + failures.size() + " failed "
                + failures.stream().limit(5).toList();
    }
}
