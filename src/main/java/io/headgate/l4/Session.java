package io.headgate.l4;

import io.headgate.pool.Attempts;
import io.headgate.pool.KeyHash;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.security.ServerTls;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The life of one client connection. If the listener asks for it, {@link Preface} reads who the client is and
 * what it wants; {@link Dial} connects it to a member; then {@link Relay} carries its bytes. Whatever
 * happens, {@link #end} releases once what was taken for it. Everything but the questions of
 * {@link Connection} happens on the client's event loop.
 */
final class Session implements Owned {

    private final long id;
    private final Admission admission;
    private final SocketChannel client;
    private final Wheel wheel;
    private final long openedMillis;
    private final long openedNanos;
    private @Nullable Preface preface;
    private @Nullable TlsDoor door;
    private @Nullable Dial dial;
    private @Nullable InetSocketAddress target;
    private @Nullable String serverName;
    private @Nullable String poolName;
    private boolean opened;
    private final Attempts attempts = new Attempts(Integer.MAX_VALUE);
    private volatile @Nullable Relay relay;
    private boolean ended;

    Session(Admission admission, SocketChannel client, Wheel wheel) {
        this.admission = admission;
        this.client = client;
        this.wheel = wheel;
        this.id = owner().shared().table().nextId();
        this.openedMillis = owner().shared().clock().wall().millis();
        this.openedNanos = wheel.ticker().nanoTime();
    }

    /** Whether this is the thread of the client's event loop; for assertions. */
    boolean isHome() {
        return wheel.loop().inEventLoop();
    }

    /** The client's channel has been registered with its loop. */
    void begin() {
        assert isHome() : "another thread";
        shared().table().add(this);
        ListenerSpec spec = admission.spec();
        ListenerProtocol.Tcp tcp = spec.tcp();
        boolean header = tcp.behindProxies();
        boolean hello = tcp.tls() != null || !admission.names().isEmpty();
        if (!header) {
            opened();
        }
        if (header || hello) {
            Preface first = new Preface(this, header, hello, hello && tcp.startTls() != null);
            preface = first;
            first.begin(Wheel.ticks(tcp.prefaceTimeout()));
        } else {
            dial(spec.pool());
        }
    }

    private void opened() {
        opened = true;
        owner().letIn();
        shared().listener().opened(this);
    }

    /**
     * A PROXY header has been read.
     *
     * @param source the real client, null when the proxy itself is
     * @param destination whom it connected to
     */
    void identified(@Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
        target = destination;
        Reason refusal = admission.identify(source != null ? source : admission.client());
        if (refusal != null) {
            end(refusal, Outcome.UNKNOWN);
        } else {
            opened();
        }
    }

    /** The preface is over, with the ClientHello if the listener needs it. */
    void wanted(ClientHello.@Nullable Hello hello) {
        serverName = hello == null ? null : hello.serverName();
        String named = hello == null ? null : admission.names().pool(hello);
        poolName = named != null ? named : admission.spec().pool();
        ServerTls tls = admission.spec().tcp().tls();
        Preface first = preface;
        if (tls == null || hello == null || first == null) {
            dial(poolName);
        } else {
            TlsDoor next = new TlsDoor(this, tls);
            door = next;
            next.begin(hello, first);
        }
    }

    /** The client's TLS is established. */
    void secured() {
        dial(poolName);
    }

    private void dial(@Nullable String name) {
        poolName = name;
        Pool pool = name == null ? null : shared().pools().find(name).orElse(null);
        if (pool == null) {
            end(name == null ? Reason.NO_ROUTE : Reason.NO_MEMBER, Outcome.UNKNOWN);
            return;
        }
        attempts.begin(pool, KeyHash.of(client()));
        Dial dialing = new Dial(this, pool, admission.spec());
        dial = dialing;
        dialing.start();
    }

    void read(Object message) {
        Preface first = preface;
        if (first != null) {
            first.read(message);
        } else {
            ReferenceCountUtil.release(message); // cannot be: nothing was asked for
        }
    }

    void readComplete() {
        if (preface != null) {
            preface.proceed();
        }
    }

    /** The client has ended its sending before a member was found. */
    void inputEnded() {
        Sockets.stopReading(client);
        if (preface != null) {
            preface.end();
        }
    }

    Shared shared() {
        return owner().shared();
    }

    Wheel wheel() {
        return wheel;
    }

    SocketChannel channel() {
        return client;
    }

    Intake intake() {
        return admission.intake();
    }

    boolean ended() {
        return ended;
    }

    /** The session waits in a pool's queue. */
    void queued() {
        if (door != null) {
            return; // TLS reads on by itself
        }
        Preface first = preface;
        if (first == null) {
            first = new Preface(this, false, false, false);
            preface = first;
        }
        first.watch();
    }

    /** The session no longer waits. */
    void called() {
        Preface first = preface;
        if (first != null) {
            first.stopWatching();
        }
    }

    /** The attempts that are made for it. */
    Attempts attempts() {
        return attempts;
    }

    /** The protocol within TLS that ends at the listener, null if the client did not name one. */
    @Nullable
    String protocol() {
        SslHandler tls = door == null ? null : door.tls();
        return tls == null ? null : tls.applicationProtocol();
    }

    /**
     * Whether to ask a member before TLS begins with it.
     *
     * @param secured whether Headgate begins TLS with the member; otherwise the client does, through Headgate
     */
    boolean asksForTls(boolean secured) {
        ListenerProtocol.Tcp tcp = admission.spec().tcp();
        Preface first = preface;
        return tcp.startTls() != null
                && (secured || (tcp.tls() == null && first != null && first.asked()));
    }

    /** Sends the PROXY header to a member, before anything else. */
    void greet(DuplexChannel upstream) {
        ProxyProtocol.Version version = admission.spec().tcp().proxy().send();
        if (version != null) {
            InetSocketAddress to = target;
            ProxyHeader.write(upstream, version, client(), to != null ? to : client.localAddress(),
                    ProxyTlvs.of(serverName, door == null ? null : door.tls()));
        }
    }

    /** The connection to the member is established, and secured if configured. */
    void connected(DuplexChannel upstream, Intake upstreamIntake, RelayTimeouts timeouts,
            @Nullable TlsEdge upstreamTls) {
        assert isHome() : "another thread";
        boolean plain = door == null && upstreamTls == null; // the kernel would take what TLS has yet to see
        Relay carrier = new Relay(this, timeouts, client, admission.intake(), upstream, upstreamIntake, plain,
                plain && admission.spec().socket().splice() ? shared().loops().pipes() : null);
        relay = carrier;
        Preface first = preface;
        carrier.start(first == null ? null : first.take(), first != null && first.ended());
        if (door != null) {
            door.relay();
        }
        if (upstreamTls != null) {
            upstreamTls.relay();
        }
    }

    /**
     * Ends the connection unless that has happened: closes both sides, releases what is held, notifies the
     * listener.
     *
     * @param reason why Headgate closes it, null if a peer ended it
     * @param outcome what that says about the member
     */
    void end(@Nullable Reason reason, Outcome outcome) {
        assert isHome() : "another thread";
        if (ended) {
            return;
        }
        ended = true;
        Dial dialed = dial;
        Relay carrier = relay;
        if (carrier != null) {
            carrier.stop();
        } else if (dialed != null) {
            dialed.cancel();
        }
        if (preface != null) {
            preface.discard();
        }
        if (door != null) {
            door.cancel();
        }
        Sockets.reset(client);
        Member served = attempts.held();
        attempts.end(outcome);
        admission.leave();
        shared().table().remove(this);
        if (opened) {
            shared().listener().closed(new ClosedConnection(id, owner().name(), client(), poolName, served,
                    attempts.count(), bytesIn(), bytesOut(), bytesSpliced(),
                    wheel.ticker().nanoTime() - openedNanos, reason, outcome));
        } else {
            owner().turnedAway(client(), reason != null ? reason : Reason.CLIENT_GONE);
        }
    }

    @Override
    public void close(Reason reason) {
        wheel.loop().execute(() -> end(reason, Outcome.UNKNOWN));
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public long openedMillis() {
        return openedMillis;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public @Nullable Member member() {
        return attempts.held();
    }

    @Override
    public long bytesIn() {
        Relay carrier = relay;
        return carrier == null ? 0 : carrier.fromClient();
    }

    @Override
    public long bytesOut() {
        Relay carrier = relay;
        return carrier == null ? 0 : carrier.fromMember();
    }

    @Override
    public long bytesSpliced() {
        Relay carrier = relay;
        return carrier == null ? 0 : carrier.spliced();
    }

    @Override
    public String toString() {
        Relay carrier = relay;
        return id + " " + client() + " -> " + member() + (carrier == null ? "" : " " + carrier);
    }
}
