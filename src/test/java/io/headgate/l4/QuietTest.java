package io.headgate.l4;

import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection that waits costs no processor time, in whatever state its ends are. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class QuietTest {

    /** A loop that spins uses all of it, or what a busy machine leaves. */
    private static final Duration WINDOW = Duration.ofMillis(200);

    private static final int MORE_THAN_FITS = 5 * 1024 * 1024;

    private final Transport transport;

    QuietTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void whenTheClientHasEnded() throws IOException {
        waitsQuietly(socket -> {
        }, Socket::shutdownOutput);
    }

    @Test
    void whenTheClientHasEndedBehindBytesThatNobodyReads() throws IOException {
        waitsQuietly(socket -> {
        }, client -> {
            client.getOutputStream().write(new byte[MORE_THAN_FITS]);
            client.shutdownOutput();
        });
    }

    @Test
    void whenBothHaveEndedBehindBytesThatNobodyReads() throws IOException {
        waitsQuietly(Socket::shutdownOutput, client -> {
            client.getOutputStream().write(new byte[MORE_THAN_FITS]);
            client.shutdownOutput();
        });
    }

    @Test
    void whenTheClientHasResetBehindItsEnd() throws IOException {
        waitsQuietly(socket -> socket.getOutputStream().write(1), client -> {
            client.shutdownOutput();
            client.getInputStream().read();
            client.setSoLinger(true, 0);
            client.close();
        });
    }

    private void waitsQuietly(RawServer.Behaviour member, RawServer.Behaviour client) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer backend = new RawServer(socket -> {
            member.with(socket);
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket socket = lab.connect()) {
            Thread.startVirtualThread(() -> {
                try {
                    client.with(socket);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            await().until(() -> backend.accepted() == 1);
            AtomicLong before = new AtomicLong();
            AtomicInteger quiet = new AtomicInteger();
            await().pollInterval(WINDOW).until(() -> {
                long now = loopTime();
                quiet.set(now - before.getAndSet(now) < WINDOW.dividedBy(20).toNanos() ? quiet.get() + 1 : 0);
                return quiet.get() == 2;
            });
            over.countDown();
        }
    }

    /** What the event loops have used of processors so far. */
    private static long loopTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith("headgate"))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId())).sum();
    }
}
