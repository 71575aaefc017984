package io.headgate.l4;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.testing.RawServer;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that does not read must cost neither memory nor bytes, in whatever state the connection is. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class StalledReaderTest {

    private static final int CHUNK = 64 * 1024;
    private static final long OFFER = 200L * 1024 * 1024;
    /** What the kernel may hold for two connections over loopback, generously. */
    private static final long KERNEL = 32L * 1024 * 1024;
    private static final long OURS = 4L * 1024 * 1024;

    private final Transport transport;

    StalledReaderTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void aClientThatStopsReadingIsOwedNothingButWhatTheKernelHolds() throws IOException {
        AtomicLong sent = new AtomicLong();
        long before = PlatformDependent.usedDirectMemory();
        try (RawServer backend = new RawServer(socket -> offer(socket, sent));
                Lab lab = new Lab(transport).over(backend).listening();
                Socket client = slow(lab)) {
            awaitStall(sent::get);
            assertThat(sent).hasValueBetween(1, KERNEL);
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(OURS);
            assertThat(drain(client.getInputStream())).isEqualTo(OFFER);
        }
    }

    @Test
    void aMemberThatStopsReadingIsOwedNothingButWhatTheKernelHolds() throws Exception {
        AtomicLong sent = new AtomicLong();
        AtomicLong received = new AtomicLong();
        CountDownLatch read = new CountDownLatch(1);
        long before = PlatformDependent.usedDirectMemory();
        try (RawServer backend = new RawServer(socket -> {
            waitFor(read);
            received.set(drain(socket.getInputStream()));
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = lab.connect()) {
            Thread.startVirtualThread(() -> {
                try {
                    offer(client, sent);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            awaitStall(sent::get);
            assertThat(sent).hasValueBetween(1, KERNEL);
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(OURS);
            read.countDown();
            await().untilAsserted(() -> assertThat(received).hasValue(OFFER));
        }
    }

    @Test
    void aHalfClosedClientMayStopReadingAndGoOn() throws IOException {
        AtomicLong sent = new AtomicLong();
        try (RawServer backend = new RawServer(socket -> {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            offer(socket, sent);
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = slow(lab)) {
            client.shutdownOutput();
            awaitStall(sent::get);
            assertThat(drain(client.getInputStream())).isEqualTo(OFFER);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    /** The kernel holds megabytes and the end behind them; reading on would take all that at once. */
    @Test
    void anEndThatWaitsBehindUnreadBytesIsDeliveredAfterThem() throws Exception {
        AtomicLong received = new AtomicLong();
        CountDownLatch read = new CountDownLatch(1);
        int size = 5 * 1024 * 1024;
        long before = PlatformDependent.usedDirectMemory();
        try (RawServer backend = new RawServer(socket -> {
            waitFor(read);
            received.set(drain(socket.getInputStream()));
            socket.getOutputStream().write(1);
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = lab.connect()) {
            Thread.startVirtualThread(() -> {
                try {
                    client.getOutputStream().write(new byte[size]);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            awaitStall(() -> lab.connections.opened.getFirst().bytesIn());
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(OURS);
            read.countDown();
            assertThat(client.getInputStream().readAllBytes()).hasSize(1);
            assertThat(received).hasValue(size);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    private static Socket slow(Lab lab) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(16 * 1024);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), lab.address().getPort()));
        return client;
    }

    private static void offer(Socket socket, AtomicLong sent) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        while (sent.get() < OFFER) {
            out.write(chunk);
            sent.addAndGet(CHUNK);
        }
        socket.shutdownOutput();
    }

    private static long drain(InputStream in) throws IOException {
        return in.transferTo(OutputStream.nullOutputStream());
    }

    /** Some bytes have moved, and for a while no more do. */
    private static void awaitStall(LongSupplier moved) {
        AtomicLong last = new AtomicLong();
        await().pollInterval(300, MILLISECONDS)
                .until(() -> moved.getAsLong() > 0 && last.getAndSet(moved.getAsLong()) == moved.getAsLong());
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
