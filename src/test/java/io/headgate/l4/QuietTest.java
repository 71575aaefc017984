package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection that waits costs no processor time, in whatever state its ends are. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class QuietTest {

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

    private void waitsQuietly(Backend.Talk member, Backend.Talk client) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (Backend backend = new Backend(socket -> {
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
            await().until(() -> backend.connections.get() == 1);
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            long before = loopTime();
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            assertThat(TimeUnit.NANOSECONDS.toMillis(loopTime() - before)).isLessThan(75);
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
