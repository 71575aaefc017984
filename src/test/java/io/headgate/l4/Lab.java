package io.headgate.l4;

import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.SourceHash;
import io.headgate.pool.Timeouts;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.NativeEpoll;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Layer 4 with real sockets on the loopback address: one pool, any listeners. */
final class Lab implements AutoCloseable {

    static final String POOL = "pool";
    static final Duration SHORT = Duration.ofMillis(300);
    static final Address ANYWHERE = new Address("127.0.0.1", 0);

    final EventLoops loops;
    final Names names;
    final ConnectionTable table = new ConnectionTable();
    final RecordingConnections connections = new RecordingConnections();
    final Pools pools;
    final Listeners listeners;

    Lab(Transport transport) {
        loops = new EventLoops(transport, 2);
        names = new Names(transport);
        pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        pools.listen(table);
        listeners = new Listeners(loops, names, pools, Clock.SYSTEM, table, connections);
    }

    Lab() {
        this(Transport.best());
    }

    /** All that this machine has. */
    static Stream<Transport> transports() {
        boolean epoll = NativeEpoll.isThere();
        return Stream.of(Transport.values()).filter(t -> t != Transport.EPOLL || epoll);
    }

    /** A pool of these backends. */
    Lab over(RawServer... backends) {
        return over(Timeouts.DEFAULT, Stream.of(backends).map(RawServer::member).toList());
    }

    Lab over(Timeouts timeouts, List<MemberSpec> members) {
        return over(timeouts, members, null);
    }

    Lab over(Timeouts timeouts, List<MemberSpec> members, @Nullable MemberTls tls) {
        pools.apply(List.of(PoolBuilder.pool(POOL, members).withTimeouts(timeouts)
                .withDrainTimeout(Duration.ofMillis(500)).withTls(tls).spec()));
        return this;
    }

    /** The pool with this queue, and so many places on each member. */
    Lab queueing(QueueSpec queue, int places) {
        PoolSpec now = pool().spec();
        pools.apply(List.of(new PoolBuilder(now).withQueue(queue).withMembers(now.members().stream()
                .map(m -> new MemberSpec(m.id(), m.address(), m.weight(), places, m.backup(), m.zone()))
                .toList()).spec()));
        return this;
    }

    /** The pool, balanced by the client's address. */
    Lab hashing() {
        pools.apply(List.of(new PoolBuilder(pool().spec()).withAlgorithm(new SourceHash()).spec()));
        return this;
    }

    /** A listener with the defaults. */
    Lab listening() {
        return listening(spec());
    }

    Lab listening(ListenerBuilder... specs) {
        try {
            apply(specs);
        } catch (BindFailedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    void apply(ListenerBuilder... specs) throws BindFailedException {
        listeners.apply(Stream.of(specs).map(ListenerBuilder::spec).toList());
    }

    static ListenerBuilder spec() {
        return ListenerBuilder.tcp("test", ANYWHERE, POOL);
    }

    Pool pool() {
        return pools.find(POOL).orElseThrow();
    }

    Listener listener() {
        return listeners.all().iterator().next();
    }

    InetSocketAddress address() {
        return Objects.requireNonNull(listener().bound());
    }

    /** A client whose reads fail after ten seconds. */
    Socket connect() throws IOException {
        return connect(address());
    }

    /** Sends all, ends its sending, and reads to the end. */
    static byte[] talk(Socket socket, byte[] bytes) throws IOException {
        Thread sender = Thread.startVirtualThread(() -> {
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
            } catch (IOException e) {
                // whoever reads is told as well
            }
        });
        byte[] answer = socket.getInputStream().readAllBytes();
        try {
            sender.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return answer;
    }

    static Socket connect(InetSocketAddress to) throws IOException {
        return connect(to.getPort());
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The connection that closed first. */
    ClosedConnection firstClosed() {
        soon(() -> !connections.closed.isEmpty());
        return connections.closed.getFirst();
    }

    long count(Outcome outcome) {
        return pool().members().stream().mapToLong(m -> m.count(outcome)).sum();
    }

    private static void soon(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).until(condition);
    }

    /** Everything that was taken has been given back. */
    void awaitQuiet() {
        soon(() -> table.size() == 0 && listeners.all().stream().allMatch(l -> l.open() == 0)
                && pool().members().stream().mapToInt(Member::inFlight).sum() == 0
                && connections.opened.size() == connections.closed.size());
    }

    @Override
    public void close() {
        listeners.stop(Duration.ZERO).join();
        if (pools.find(POOL).isPresent()) {
            awaitQuiet();
        }
        names.close();
        loops.close();
    }
}
