package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.net.Pipes;
import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.netty.handler.ssl.ClientAuth;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of connections with random sizes, chunks, stalls and ends on both sides. What arrives must be
 * exactly what was sent, or where a side broke off, its beginning, which must not look complete.
 */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class StormTest {

    private static final int CONNECTIONS = 3000;
    private static final int TLS_CONNECTIONS = 1000;
    private static final int AT_ONCE = 60;
    private static final int BLOCK = 1 << 20;
    /** Sixty handshakes at once, in code that runs for the first time, take longer than users would wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Timeouts TIMEOUTS = new Timeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE);
    private static final byte[] DATA = data();

    private final Transport transport;
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger breaks = new AtomicInteger();
    private @Nullable SSLContext trust;
    private @Nullable SSLContext memberKeys;

    StormTest(Transport transport) {
        this.transport = transport;
    }

    /** How a side behaves; both follow from the connection's seed. */
    private record Plan(long seed, int up, int down, boolean clientBreaks, boolean memberBreaks) {

        static Plan of(long seed) {
            Random random = new Random(seed);
            return new Plan(seed, size(random), size(random), random.nextInt(5) == 0,
                    random.nextInt(5) == 0);
        }

        private static int size(Random random) {
            return random.nextInt(10) == 0 ? random.nextInt(4 * BLOCK) : random.nextInt(40_000);
        }

        boolean orderly() {
            return !clientBreaks && !memberBreaks;
        }
    }

    @Test
    void everyByteArrivesOnceAndInOrder() throws Exception {
        storm(Lab.spec(), CONNECTIONS);
    }

    @Test
    void everyByteArrivesOnceAndInOrderThroughTls() throws Exception {
        trust = TestAuthority.ours().context(null);
        storm(Lab.spec().withTls(TlsTest.tls(ClientAuth.NONE)), TLS_CONNECTIONS);
    }

    @Test
    void everyByteArrivesOnceAndInOrderThroughTlsToTheMembers() throws Exception {
        memberKeys = TlsMembersTest.KEYS.context(TlsMembersTest.KEYS.issue("member.test"));
        storm(Lab.spec(), TLS_CONNECTIONS);
    }

    @Test
    void everyByteArrivesOnceAndInOrderThroughTlsOnBothSides() throws Exception {
        trust = TestAuthority.ours().context(null);
        memberKeys = TlsMembersTest.KEYS.context(TlsMembersTest.KEYS.issue("member.test"));
        storm(Lab.spec().withTls(TlsTest.tls(ClientAuth.NONE)), TLS_CONNECTIONS);
    }

    private void storm(ListenerBuilder spec, int connections) throws Exception {
        try (RawServer backend = new RawServer(this::member);
                Lab lab = new Lab(transport)
                        .over(TIMEOUTS, List.of(backend.member()),
                                memberKeys == null ? null : TlsMembersTest.tls())
                        .listening(spec.withPrefaceTimeout(PATIENCE));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore places = new Semaphore(AT_ONCE);
            List<Callable<Boolean>> clients = IntStream.range(0, connections)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        places.acquire();
                        try {
                            return client(lab, Plan.of(i));
                        } finally {
                            places.release();
                        }
                    }).toList();
            int orderly = 0;
            for (Future<Boolean> client : threads.invokeAll(clients)) {
                orderly += client.get() ? 1 : 0;
            }
            assertThat(faults).as(() -> "reasons: " + reasons(lab)).isEmpty();
            lab.awaitQuiet();
            assertThat(lab.connections.closed).allSatisfy(c -> assertThat(c.reason()).isNull());
            assertThat(lab.connections.closed).hasSize(connections);
            assertThat(lab.count(Outcome.OK)).isGreaterThanOrEqualTo(orderly);
            assertThat(breaks.get()).isGreaterThan(connections / 10);
            assertThat(lab.connections.closed.stream().anyMatch(c -> c.bytesSpliced() > 0))
                    .isEqualTo(trust == null && memberKeys == null && Pipes.usableWith(transport));
        }
    }

    private static List<Reason> reasons(Lab lab) {
        return lab.connections.closed.stream().map(ClosedConnection::reason).filter(Objects::nonNull)
                .toList();
    }

    private boolean client(Lab lab, Plan plan) throws IOException {
        try (Socket plain = lab.connect()) {
            plain.setSoTimeout(30_000);
            SSLContext tls = trust;
            Socket socket = tls == null
                    ? plain
                    : tls.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
            new DataOutputStream(socket.getOutputStream()).writeLong(plan.seed);
            talk(socket, plain, plan, plan.up, plan.down, plan.clientBreaks, new Random(plan.seed * 2 + 1));
        } catch (IOException e) {
            if (plan.orderly()) {
                faults.add(new AssertionError(plan.toString(), e));
            }
        } catch (RuntimeException | AssertionError e) {
            faults.add(e);
        }
        return plan.orderly();
    }

    private void member(Socket plain) throws IOException {
        SSLContext tls = memberKeys;
        Socket socket = tls == null
                ? plain
                : tls.getSocketFactory().createSocket(plain, (InputStream) null, true);
        Plan plan = Plan.of(new DataInputStream(socket.getInputStream()).readLong());
        try {
            talk(socket, plain, plan, plan.down, plan.up, plan.memberBreaks, new Random(plan.seed * 2 + 2));
        } catch (IOException e) {
            if (plan.orderly()) {
                faults.add(new AssertionError(plan.toString(), e));
            }
        } catch (RuntimeException | AssertionError e) {
            faults.add(e);
        }
    }

    /** Sends and receives at the same time, ends its sending, and waits for the other's end. */
    private void talk(Socket socket, Socket plain, Plan plan, int send, int receive, boolean breaks,
            Random random) throws IOException {
        int breakAt = breaks ? random.nextInt(send + 1) : Integer.MAX_VALUE;
        Random sending = new Random(random.nextLong());
        AtomicBoolean failed = new AtomicBoolean(); // then the JDK's TLS gives the reader an end, not an
                                                    // error
        Thread writer = Thread
                .startVirtualThread(() -> send(socket, plain, send, breakAt, sending, plan, failed));
        int received = 0;
        byte[] buffer = new byte[32 * 1024];
        try {
            for (int n; (n = socket.getInputStream().read(buffer, 0,
                    1 + random.nextInt(buffer.length))) > 0;) {
                int at = received % BLOCK;
                if (!Arrays.equals(buffer, 0, n, DATA, at, at + n)) {
                    faults.add(new AssertionError("wrong bytes at " + received + " of " + plan));
                }
                received += n;
                stall(random);
            }
        } finally {
            join(writer);
        }
        if (received != receive && !failed.get()) {
            faults.add(new AssertionError("%d of %d bytes, %s".formatted(received, receive, plan)));
        }
    }

    private void send(Socket socket, Socket plain, int size, int breakAt, Random random, Plan plan,
            AtomicBoolean failed) {
        try {
            for (int sent = 0; sent < size;) {
                int chunk = Math.min(1 + random.nextInt(16 * 1024), size - sent);
                int at = sent % BLOCK;
                socket.getOutputStream().write(DATA, at, chunk);
                sent += chunk;
                if (sent >= breakAt) {
                    breaks.incrementAndGet();
                    failed.set(true);
                    plain.setSoLinger(true, 0);
                    plain.close(); // with TLS too: without a word
                    return;
                }
                stall(random);
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            failed.set(true);
            if (plan.orderly()) {
                faults.add(new AssertionError(plan.toString(), e));
            }
        }
    }

    private static void stall(Random random) {
        if (random.nextInt(50) == 0) {
            Pause.of(Duration.ofNanos(random.nextInt(20_000_000)), "a peer that stops for a moment");
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Twice the block, so that a chunk can begin anywhere in it. */
    private static byte[] data() {
        byte[] block = new byte[BLOCK];
        new Random(1).nextBytes(block);
        byte[] twice = Arrays.copyOf(block, 2 * BLOCK);
        System.arraycopy(block, 0, twice, BLOCK, BLOCK);
        return twice;
    }
}
