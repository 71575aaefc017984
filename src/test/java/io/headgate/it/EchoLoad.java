package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Pause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Layer 4 clients: each opens one connection after another, has its bytes echoed a number of times, some
 * quickly and some over seconds, and ends it by itself.
 */
final class EchoLoad implements AutoCloseable {

    private static final int ECHOES = 40;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final int port;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong echoes = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    private EchoLoad(int port) {
        this.port = port;
    }

    static EchoLoad start(int port, int connections) {
        EchoLoad load = new EchoLoad(port);
        for (int i = 0; i < connections; i++) {
            Duration pause = i % 2 == 0 ? PAUSE : PAUSE.dividedBy(50);
            load.clients.add(Thread.ofVirtual().start(() -> load.run(pause)));
        }
        return load;
    }

    private void run(Duration pause) {
        while (!stopped) {
            int done = 0;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(30_000);
                for (; done < ECHOES; done++) {
                    socket.getOutputStream().write('x');
                    if (socket.getInputStream().read() != 'x') {
                        throw new IOException("ended by the other side");
                    }
                    echoes.incrementAndGet();
                    Pause.of(pause, "a client that talks now and then");
                }
                socket.shutdownOutput();
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("more than was sent");
                }
                ended.incrementAndGet();
            } catch (IOException e) {
                failures.add("after " + done + " echoes: " + e);
            }
        }
    }

    void awaitMore(int connections) {
        long goal = ended.get() + connections;
        await().atMost(Duration.ofSeconds(60)).until(() -> ended.get() >= goal);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    void stop() throws InterruptedException {
        stopped = true;
        for (Thread client : clients) {
            client.join();
        }
    }

    @Override
    public void close() {
        stopped = true;
    }

    @Override
    public String toString() {
        return ended + " connections, " + echoes + " echoes, " + failures.size() + " failed "
                + failures.stream().limit(5).toList();
    }
}
