package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The life of one client connection: first it waits while {@link Dial} looks for a member, then {@link Relay}
 * carries its bytes. Whatever happens, {@link #end} undoes once what was taken for it. All but what
 * {@link Connection} asks for happens on the client's event loop.
 */
final class Session implements Owned {

    private final long id;
    private final Listener owner;
    private final Admission admission;
    private final SocketChannel client;
    private final Wheel wheel;
    private final long openedMillis;
    private final long openedNanos;
    private @Nullable Dial dial;
    private volatile @Nullable Member member;
    private volatile @Nullable Relay relay;
    private boolean ended;

    Session(Admission admission, SocketChannel client, Wheel wheel) {
        this.owner = admission.listener();
        this.admission = admission;
        this.client = client;
        this.wheel = wheel;
        this.id = owner.shared().table().nextId();
        this.openedMillis = owner.shared().clock().wall().millis();
        this.openedNanos = wheel.ticker().nanoTime();
    }

    /** The client's channel has been registered with its loop. */
    void begin() {
        owner.shared().table().add(this);
        owner.shared().listener().opened(this);
        Pool pool = owner.shared().pools().find(admission.spec().pool()).orElse(null);
        if (pool == null) {
            end(Reason.NO_MEMBER, Outcome.UNKNOWN);
            return;
        }
        Dial dialing = new Dial(this, pool, admission.spec());
        dial = dialing;
        dialing.start();
    }

    @Override
    public Listener owner() {
        return owner;
    }

    Shared shared() {
        return owner.shared();
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

    /** The member that is tried now. */
    void trying(@Nullable Member candidate) {
        member = candidate;
    }

    /** A connection to the member stands. */
    void connected(SocketChannel upstream, Intake upstreamIntake, RelayTimeouts timeouts) {
        Relay carrier = new Relay(this, timeouts, client, admission.intake(), upstream, upstreamIntake);
        relay = carrier;
        carrier.start();
    }

    /**
     * Ends the connection unless that has happened: closes what is open, gives back what is held, tells.
     *
     * @param reason why we close it, null when a peer ended it
     * @param outcome what that says of the member
     */
    void end(@Nullable Reason reason, Outcome outcome) {
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
        Sockets.reset(client);
        Member served = member;
        if (served != null) {
            served.release(outcome);
        }
        admission.leave();
        shared().table().remove(this);
        shared().listener().closed(new ClosedConnection(id, owner.name(), client(),
                admission.spec().pool(), served, dialed == null ? 0 : dialed.attempts(), bytesIn(),
                bytesOut(), wheel.ticker().nanoTime() - openedNanos, reason, outcome));
    }

    @Override
    public void close(Reason reason) {
        wheel.loop().execute(() -> end(reason, Outcome.UNKNOWN));
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public InetSocketAddress client() {
        return admission.client();
    }

    @Override
    public @Nullable Member member() {
        return member;
    }

    @Override
    public Instant openedAt() {
        return Instant.ofEpochMilli(openedMillis);
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
    public String toString() {
        Relay carrier = relay;
        return id + " " + client() + " -> " + member + (carrier == null ? "" : " " + carrier);
    }
}
