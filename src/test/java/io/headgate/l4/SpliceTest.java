package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Pipe;
import io.headgate.net.Pipes;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.testing.NativeEpoll;
import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bytes that go from socket to socket inside the kernel. */
class SpliceTest {

    private static final int A_LOT = 64 << 20;

    @BeforeAll
    static void linux() {
        NativeEpoll.assume(); // with it there are pipes
    }

    @Test
    void aLotOfBytesIsSplicedBothWaysAtOnceAndArrivesWhole() throws Exception {
        CompletableFuture<Long> received = new CompletableFuture<>();
        try (RawServer backend = new RawServer(socket -> {
            CompletableFuture<?> sending = Pattern.meanwhile(() -> {
                Pattern.send(socket, A_LOT, 1);
                return true;
            });
            received.complete(Pattern.check(socket.getInputStream(), 2));
            sending.join();
        }); Lab lab = new Lab().over(backend).listening(); Socket client = lab.connect()) {
            CompletableFuture<?> _ = Pattern.meanwhile(() -> {
                Pattern.send(client, A_LOT, 2);
                return true;
            });
            assertThat(Pattern.check(client.getInputStream(), 1)).isEqualTo(A_LOT);
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(A_LOT);
            ClosedConnection closed = lab.firstClosed();
            assertThat(closed.bytesIn()).isEqualTo(A_LOT);
            assertThat(closed.bytesOut()).isEqualTo(A_LOT);
            assertThat(closed.bytesSpliced()).isGreaterThan(A_LOT);
            assertThat(closed.outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void messagesAreCopiedAlsoOnAConnectionThatCarriedALot() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            talk(client, 100);
            Connection connection = lab.listener().connections().getFirst();
            assertThat(connection.bytesSpliced()).isZero();
            CompletableFuture<?> _ = Pattern.meanwhile(() -> {
                Pattern.sendOn(client, A_LOT, 1);
                return true;
            });
            Pattern.check(client.getInputStream(), 0, A_LOT, 1);
            assertThat(connection.bytesSpliced()).isPositive();
            talk(client, 10);
            long before = connection.bytesSpliced();
            talk(client, 100);
            assertThat(connection.bytesSpliced()).isEqualTo(before);
        }
    }

    private static void talk(Socket client, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client.getOutputStream().write(i);
            assertThat(client.getInputStream().read()).isEqualTo(i);
        }
    }

    @Test
    void nothingIsSplicedWhereThatIsOff() throws Exception {
        SocketOptions off = new SocketOptions(100, true, true, false, false);
        try (RawServer backend = new RawServer(socket -> Pattern.send(socket, A_LOT, 1));
                Lab lab = new Lab().over(backend).listening(Lab.spec().withSocket(off));
                Socket client = lab.connect()) {
            assertThat(Pattern.check(client.getInputStream(), 1)).isEqualTo(A_LOT);
            client.shutdownOutput();
            assertThat(lab.firstClosed().bytesSpliced()).isZero();
        }
    }

    @Test
    void bytesAreCopiedWhenNoPipeIsLeft() throws Exception {
        try (RawServer backend = new RawServer(socket -> Pattern.send(socket, A_LOT, 1));
                Lab lab = new Lab().over(backend).listening()) {
            Pipes pipes = Objects.requireNonNull(lab.loops.pipes());
            List<Pipe> taken = new ArrayList<>();
            for (Pipe pipe = pipes.take(); pipe != null; pipe = pipes.take()) {
                taken.add(pipe);
            }
            try (Socket client = lab.connect()) {
                assertThat(Pattern.check(client.getInputStream(), 1)).isEqualTo(A_LOT);
            }
            assertThat(lab.firstClosed().bytesSpliced()).isZero();
            taken.forEach(pipes::give);
        }
    }

    @Test
    void aReaderThatStopsHoldsOnePipeAndGetsEveryByteLater() throws Exception {
        try (RawServer backend = new RawServer(socket -> Pattern.send(socket, A_LOT, 1));
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            Pattern.check(client.getInputStream(), 0, A_LOT / 8, 1);
            Connection connection = lab.listener().connections().getFirst();
            AtomicLong last = new AtomicLong();
            await().pollInterval(Duration.ofMillis(300))
                    .until(() -> last.getAndSet(connection.bytesOut()) == connection.bytesOut());
            assertThat(connection.bytesOut()).isLessThan(A_LOT);
            assertThat(Objects.requireNonNull(lab.loops.pipes()).size()).isLessThanOrEqualTo(2);
            assertThat(Pattern.check(client.getInputStream(), A_LOT / 8, A_LOT, 1)).isEqualTo(A_LOT);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aReaderThatStopsForGoodRunsIntoTheSendTimeout() throws Exception {
        ListenerTimeouts timeouts = new ListenerTimeouts(null, Lab.SHORT, null, null);
        try (RawServer backend = new RawServer(socket -> Pattern.send(socket, A_LOT, 1));
                Lab lab = new Lab().over(backend).listening(Lab.spec().withTimeouts(timeouts));
                Socket client = lab.connect()) {
            Pattern.check(client.getInputStream(), 0, A_LOT / 8, 1);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CLIENT_STALLED);
            assertThat(lab.firstClosed().bytesSpliced()).isPositive();
        }
    }

    @Test
    void aReaderThatIsSlowButReadsIsNotCutOff() throws Exception {
        ListenerTimeouts timeouts = new ListenerTimeouts(null, Duration.ofSeconds(1), null, null);
        try (RawServer backend = new RawServer(socket -> Pattern.send(socket, A_LOT, 1));
                Lab lab = new Lab().over(backend).listening(Lab.spec().withTimeouts(timeouts));
                Socket client = lab.connect()) {
            for (long at = 0; at < A_LOT;) {
                at = Pattern.check(client.getInputStream(), at, at + A_LOT / 16, 1);
                Pause.of(Duration.ofMillis(150), "a client that reads slowly");
            }
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aMembersResetInTheMiddleIsAResetForTheClientAndNotAnEnd() throws Exception {
        try (RawServer backend = new RawServer(socket -> {
            Pattern.sendOn(socket, A_LOT, 1);
            socket.setSoLinger(true, 0);
        }); Lab lab = new Lab().over(backend).listening(); Socket client = lab.connect()) {
            assertThatThrownBy(() -> {
                InputStream in = client.getInputStream();
                in.transferTo(OutputStream.nullOutputStream());
            }).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
            assertThat(lab.firstClosed().bytesSpliced()).isPositive();
        }
    }

    @Test
    void noDescriptorStaysBehindWhenPeersVanishInTheMiddle() throws Exception {
        long before = descriptors();
        try (RawServer backend = new RawServer(socket -> {
            socket.setSoLinger(true, 0);
            Pattern.send(socket, A_LOT, 1);
        }); Lab lab = new Lab().over(backend).listening()) {
            for (int i = 0; i < 50; i++) {
                try (Socket client = lab.connect()) {
                    Pattern.check(client.getInputStream(), 0, (i % 10) << 20, 1);
                    client.setSoLinger(true, 0);
                }
            }
            lab.awaitQuiet();
            assertThat(lab.connections.closed).anyMatch(c -> c.bytesSpliced() > 0);
            assertThat(Objects.requireNonNull(lab.loops.pipes()).size()).isLessThanOrEqualTo(16);
        }
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(SpliceTest::pipeOrSocket).count();
        }
    }

    private static boolean pipeOrSocket(Path descriptor) {
        try {
            String to = Files.readSymbolicLink(descriptor).toString();
            return to.startsWith("pipe:") || to.startsWith("socket:");
        } catch (IOException e) {
            return false; // closed in the meantime
        }
    }
}
