package io.headgate.l4;

import io.headgate.net.OnLoop;
import io.headgate.net.Shortage;
import io.headgate.pool.Guest;
import io.headgate.pool.KeyHash;
import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pick;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Ticket;
import io.headgate.security.TlsClients;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a member for a session: tries one after the other, none twice, until one accepts a connection or
 * {@value #PATIENCE} connect timeouts have passed, not counting the time in the pool's queue. The connection
 * is opened on the client's event loop. Whoever calls back would swallow what is thrown, and the client would
 * wait for ever: it ends the session.
 */
final class Dial extends Wheel.Deadline implements ChannelFutureListener, Guest {

    private static final int PATIENCE = 3;

    private static final Logger log = LoggerFactory.getLogger(Dial.class);

    private final Session session;
    private final Pool pool;
    private final ListenerSpec spec;
    private final RelayTimeouts timeouts;
    private final Pick pick;
    private long giveUpAt;
    private long connectingSince;
    private int attempts;
    private @Nullable Member candidate;
    private @Nullable DuplexChannel upstream;
    private @Nullable Intake intake;
    private @Nullable Reason failure;
    private @Nullable Ticket ticket;
    private long waitingSince;

    Dial(Session session, Pool pool, ListenerSpec spec) {
        this.session = session;
        this.pool = pool;
        this.spec = spec;
        this.timeouts = spec.timeouts().over(pool.spec().timeouts());
        this.pick = new Pick(KeyHash.of(session.client().getAddress().getAddress()));
    }

    void start() {
        giveUpAt = timeouts.connect() == 0
                ? Wheel.NEVER
                : session.wheel().present() + PATIENCE * timeouts.connect();
        next();
    }

    /** How many members were tried. */
    int attempts() {
        return attempts;
    }

    /** Gives up; the session gives the member back. */
    void cancel() {
        session.wheel().disarm(this);
        candidate = null;
        Ticket queued = ticket;
        ticket = null;
        if (queued != null) {
            queued.cancel();
        }
        hangUp();
    }

    private void hangUp() {
        DuplexChannel channel = upstream;
        upstream = null;
        if (channel != null) {
            Sockets.close(channel);
        }
    }

    private void next() {
        boolean patient = session.wheel().present() < giveUpAt;
        Member member = patient ? acquire() : null;
        session.trying(member);
        if (member != null) {
            dial(member);
        } else if (patient && pool.mayQueue(pick)) {
            queue();
        } else {
            session.end(failure != null ? failure : pool.refusal(), Outcome.UNKNOWN);
        }
    }

    private void queue() {
        Ticket queued = new Ticket(pool, pick, session.wheel().loop(), this);
        waitingSince = session.wheel().ticker().nanoTime();
        Reason refusal = queued.join();
        if (refusal != null) {
            session.end(failure != null ? failure : refusal, Outcome.UNKNOWN);
        } else {
            ticket = queued;
            session.queued();
        }
    }

    @Override
    public void admitted(Member member) {
        assert session.isHome() : "another thread";
        session.trying(member);
        try {
            ticket = null;
            session.called();
            if (giveUpAt != Wheel.NEVER) {
                giveUpAt += (session.wheel().ticker().nanoTime() - waitingSince) / Wheel.TICK_NANOS + 1;
            }
            if (member.evicted() == null) {
                dial(member);
            } else {
                session.trying(null);
                pick.exclude(member);
                member.release(Outcome.UNKNOWN);
                next();
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void broken(Throwable cause) {
        log.error("Looking for a member failed", cause);
        session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
    }

    @Override
    public void turnedAway(Reason reason) {
        ticket = null;
        session.end(reason, Outcome.UNKNOWN);
    }

    private void dial(Member member) {
        candidate = member;
        attempts++;
        if (timeouts.connect() != 0) {
            session.wheel().armIn(this, timeouts.connect());
        }
        SocketAddress address = Sockets.toSocketAddress(member.address(), spec,
                session.channel().localAddress());
        if (address instanceof InetSocketAddress named && named.isUnresolved()) {
            OnLoop.whenDone(session.shared().names().on(session.wheel().loop()).resolve(named),
                    session.wheel().loop(), resolved -> resolved(member, resolved));
        } else {
            connect(member, address);
        }
    }

    /** A member that is taken out while it is picked would not be noticed by whoever closes the rest. */
    private @Nullable Member acquire() {
        for (;;) {
            Member member = pool.acquire(pick);
            session.trying(member);
            if (member == null || member.evicted() == null) {
                return member;
            }
            session.trying(null);
            member.release(Outcome.UNKNOWN);
            pick.exclude(member);
        }
    }

    private void resolved(Member member, Future<InetSocketAddress> address) {
        if (member != candidate) {
            return; // too late
        }
        try {
            if (address.isSuccess()) {
                connect(member, address.getNow());
            } else {
                failed(member, Reason.CONNECT_FAILED);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void connect(Member member, SocketAddress address) {
        EventLoop loop = session.wheel().loop();
        Intake reads = new Intake();
        DuplexChannel channel;
        try {
            channel = session.shared().open(member.address(), spec.socket(), reads);
        } catch (ChannelException e) { // not the member's fault: no file descriptor is left
            Shortage.report(e);
            session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
            return;
        }
        upstream = channel;
        intake = reads;
        connectingSince = session.wheel().ticker().nanoTime();
        ChannelFuture registered = loop.register(channel);
        if (registered.cause() != null) { // the kernel watches no more descriptors, or has no memory for it
            log.error("A connection to a member could not be registered", registered.cause());
            session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
            return;
        }
        channel.connect(address).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture connected) {
        assert session.isHome() : "another thread";
        try {
            dialed(connected);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void dialed(ChannelFuture connected) {
        DuplexChannel channel = upstream;
        Intake reads = intake;
        Member member = candidate;
        if (channel == null || member == null || reads == null || !channel.equals(connected.channel())) {
            return; // given up
        }
        if (connected.isSuccess()) {
            member.answered(session.wheel().ticker().nanoTime() - connectingSince);
            session.greet(channel);
            if (session.asksForTls(pool.spec().tls() != null)) {
                TlsQuestion.ask(channel, reads, willing -> answered(channel, reads, member, willing));
            } else {
                opened(channel, reads, member);
            }
        } else if (Shortage.isCauseOf(connected.cause())) {
            Shortage.report(connected.cause());
            session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
        } else {
            failed(member, Reason.CONNECT_FAILED);
        }
    }

    /** The member has said whether TLS may begin. */
    private void answered(DuplexChannel channel, Intake reads, Member member, boolean willing) {
        if (!channel.equals(upstream) || !member.equals(candidate)) {
            return; // given up
        }
        if (willing) {
            opened(channel, reads, member);
        } else {
            failed(member, Reason.TLS_FAILED);
        }
    }

    private void opened(DuplexChannel channel, Intake reads, Member member) {
        MemberTls tls = pool.spec().tls();
        if (tls == null) {
            session.wheel().disarm(this);
            session.connected(channel, reads, timeouts, null);
        } else {
            new Securing(channel, reads, member).begin(tls);
        }
    }

    /** One attempt's handshake; it has what is left of the time to connect. */
    private final class Securing implements TlsEdge.Handshake {

        private final DuplexChannel channel;
        private final Intake reads;
        private final Member member;

        Securing(DuplexChannel channel, Intake reads, Member member) {
            this.channel = channel;
            this.reads = reads;
            this.member = member;
        }

        void begin(MemberTls tls) {
            SslHandler handler = TlsClients.handler(tls.context(), channel, tls.nameOf(member.address()),
                    member.address().port());
            String protocol = session.protocol();
            if (protocol != null) { // the client speaks it already
                SSLParameters parameters = handler.engine().getSSLParameters();
                parameters.setApplicationProtocols(new String[]{protocol});
                handler.engine().setSSLParameters(parameters);
            }
            reads.allow(TlsEdge.LIMIT);
            TlsEdge _ = TlsEdge.install(channel, handler, null, this);
        }

        private boolean isCurrent() {
            return channel.equals(upstream);
        }

        @Override
        public void secured(TlsEdge edge) {
            if (isCurrent()) {
                session.wheel().disarm(Dial.this);
                session.connected(channel, reads, timeouts, edge);
            }
        }

        @Override
        public void insecure(Throwable cause) {
            log.debug("TLS with member {} failed", member, cause);
            session.wheel().loop().execute(() -> { // later: the alert that says why has yet to be sent
                if (isCurrent() && member.equals(candidate)) {
                    failed(member, Reason.TLS_FAILED);
                }
            });
        }
    }

    @Override
    long due(long now) {
        Member member = candidate;
        try {
            if (member != null) {
                failed(member, Reason.CONNECT_TIMEOUT, session.wheel().found(Outcome.CONNECT_FAILED));
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
        return Wheel.NEVER;
    }

    private void failed(Member member, Reason reason) {
        failed(member, reason, Outcome.CONNECT_FAILED);
    }

    private void failed(Member member, Reason reason, Outcome outcome) {
        session.wheel().disarm(this);
        hangUp();
        session.trying(null);
        candidate = null;
        failure = reason;
        member.release(outcome);
        pick.exclude(member);
        next();
    }
}
