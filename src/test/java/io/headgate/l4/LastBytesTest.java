package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Outcome;
import io.headgate.testing.RawServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A side breaks off while the other has yet to take what was read from it: it gets all of that, and only then
 * the reset. Other transports do not know when that is.
 */
@EnabledIf("io.headgate.testing.NativeEpoll#isThere")
class LastBytesTest {

    private static final int NARROW = 4096;

    /** What came, and how it ended. */
    private record Received(ByteArrayOutputStream bytes, @Nullable IOException end) {

        static Received from(Socket socket) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try {
                InputStream in = socket.getInputStream();
                in.transferTo(all);
                return new Received(all, null);
            } catch (IOException e) {
                return new Received(all, e);
            }
        }
    }

    /** The smaller one the kernel takes; of the larger one, some waits in this process. */
    @ParameterizedTest
    @ValueSource(ints = {300_000, 60_000_000})
    void ofAMember(int size) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (RawServer member = new RawServer(socket -> sendUntil(sent, socket, size));
                Lab lab = new Lab().over(member).listening();
                Socket client = narrow(lab)) {
            await().until(() -> !lab.listener().connections().isEmpty());
            Connection connection = lab.listener().connections().getFirst();
            awaitRest(connection::bytesOut);
            sent.countDown();
            await().until(() -> member.open() == 0);
            check(Received.from(client), connection.bytesOut());
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
            assertThat(lab.firstClosed().reason()).isNull();
            lab.awaitQuiet();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, 60_000_000})
    void ofAClient(int size) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CompletableFuture<Received> received = new CompletableFuture<>();
        ServerSocket narrow = new ServerSocket();
        narrow.setReceiveBufferSize(NARROW);
        narrow.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (RawServer member = new RawServer(narrow, socket -> {
            waitFor(gone);
            received.complete(Received.from(socket));
        }); Lab lab = new Lab().over(member).listening()) {
            try (Socket client = lab.connect()) {
                CompletableFuture<?> _ = CompletableFuture.runAsync(() -> sendQuietly(client, size));
                await().until(() -> !lab.listener().connections().isEmpty());
                awaitRest(lab.listener().connections().getFirst()::bytesIn);
                client.setSoLinger(true, 0);
            }
            Connection connection = lab.listener().connections().getFirst();
            gone.countDown();
            check(received.get(30, TimeUnit.SECONDS), connection.bytesIn());
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.UNKNOWN);
            lab.awaitQuiet();
        }
    }

    @Test
    void whoeverDoesNotTakeThemIsNotWaitedFor() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        ListenerTimeouts timeouts = new ListenerTimeouts(null, Duration.ofSeconds(2), null, null);
        try (RawServer member = new RawServer(socket -> sendUntil(sent, socket, 300_000));
                Lab lab = new Lab().over(member).listening(Lab.spec().withTimeouts(timeouts));
                Socket _ = narrow(lab)) {
            await().until(() -> !lab.listener().connections().isEmpty());
            Connection connection = lab.listener().connections().getFirst();
            await().until(() -> connection.bytesOut() == 300_000);
            sent.countDown();
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
            lab.awaitQuiet();
        }
    }

    @Test
    void whoeverBreaksOffTooIsNotWaitedFor() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        ServerSocket narrow = new ServerSocket();
        narrow.setReceiveBufferSize(NARROW);
        narrow.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ListenerTimeouts timeouts = new ListenerTimeouts(null, Duration.ofMinutes(10), null, null);
        try (RawServer member = new RawServer(narrow, socket -> {
            socket.setSoLinger(true, 0);
            waitFor(gone);
        }); Lab lab = new Lab().over(member).listening(Lab.spec().withTimeouts(timeouts))) {
            try (Socket client = lab.connect()) {
                CompletableFuture<?> _ = CompletableFuture.runAsync(() -> sendQuietly(client, 300_000));
                await().until(() -> !lab.listener().connections().isEmpty());
                awaitRest(lab.listener().connections().getFirst()::bytesIn);
                client.setSoLinger(true, 0);
            }
            gone.countDown();
            assertThat(lab.firstClosed().reason()).as("whichever of the two is seen first").isNull();
            lab.awaitQuiet();
        }
    }

    private static void check(Received received, long read) throws IOException {
        byte[] all = received.bytes().toByteArray();
        assertThat(all).hasSize((int) read);
        assertThat(Pattern.check(new ByteArrayInputStream(all), 1)).isEqualTo(read);
        assertThat(received.end()).isInstanceOf(SocketException.class);
    }

    private static void sendUntil(CountDownLatch over, Socket socket, int size) throws IOException {
        socket.setSoLinger(true, 0);
        CompletableFuture<?> _ = CompletableFuture.runAsync(() -> sendQuietly(socket, size));
        waitFor(over);
    }

    private static void sendQuietly(Socket socket, int size) {
        try {
            Pattern.sendOn(socket, size, 1);
        } catch (IOException e) {
            // it was closed meanwhile
        }
    }

    private static Socket narrow(Lab lab) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(NARROW);
        client.connect(lab.address());
        client.setSoTimeout(30_000);
        return client;
    }

    /** Until nothing more is read: it is all, or nobody takes it. */
    private static void awaitRest(LongSupplier bytes) {
        AtomicLong last = new AtomicLong();
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            long now = bytes.getAsLong();
            return now >= 300_000 && last.getAndSet(now) == now;
        });
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
