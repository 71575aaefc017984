package io.headgate.l4;

import io.headgate.net.ClientSource;
import io.headgate.net.OnLoop;
import io.headgate.net.Shortage;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Step;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a session to a member. It tries one member after another until one accepts a connection or
 * {@value #PATIENCE} connect timeouts have passed, not counting time in the pool's queue. The connection is
 * opened on the client's event loop. An exception in a callback ends the session: the code that calls back
 * would only log it, and the client would wait for ever.
 */
final class Dial extends Wheel.Deadline implements ChannelFutureListener, Attempts.Caller {

    private static final int PATIENCE = 3;

    private static final Logger log = LoggerFactory.getLogger(Dial.class);

    private final Session session;
    private final Attempts attempts;
    private final Pool pool;
    private final ListenerSpec spec;
    private final RelayTimeouts timeouts;
    private final @Nullable ClientSource source;
    private long giveUpAt;
    private long connectingSince;
    private long waitingSince;
    private @Nullable Attempt candidate;
    private @Nullable DuplexChannel upstream;
    private @Nullable Intake intake;

    Dial(Session session, Pool pool, ListenerSpec spec) {
        this.session = session;
        this.attempts = session.attempts();
        this.pool = pool;
        this.spec = spec;
        this.timeouts = spec.timeouts().over(pool.spec().timeouts());
        this.source = spec.source(session.client());
    }

    void start() {
        giveUpAt = timeouts.connect() == 0
                ? Wheel.NEVER
                : session.wheel().present() + PATIENCE * timeouts.connect();
        next();
    }

    /** Gives up; the session releases the member. */
    void cancel() {
        session.wheel().disarm(this);
        candidate = null;
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
        if (session.wheel().present() >= giveUpAt) {
            session.end(attempts.refusal(), Outcome.UNKNOWN);
            return;
        }
        switch (attempts.next(null, session.wheel().loop(), this)) {
            case Attempt attempt -> dial(attempt);
            case Step.Queued _ -> {
                waitingSince = session.wheel().ticker().nanoTime();
                session.queued();
            }
            case Step.Refused(Reason reason) -> session.end(reason, Outcome.UNKNOWN);
        }
    }

    @Override
    public void admitted(Attempt attempt) {
        assert session.isHome() : "another thread";
        try {
            session.called();
            if (giveUpAt != Wheel.NEVER) {
                giveUpAt += (session.wheel().ticker().nanoTime() - waitingSince) / Wheel.TICK_NANOS + 1;
            }
            dial(attempt);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void turnedAway(Reason reason) {
        assert session.isHome() : "another thread";
        session.end(reason, Outcome.UNKNOWN);
    }

    private void broken(Throwable cause) {
        log.error("Connecting to a member failed", cause);
        session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
    }

    private void dial(Attempt attempt) {
        candidate = attempt;
        if (timeouts.connect() != 0) {
            session.wheel().armIn(this, timeouts.connect());
        }
        SocketAddress address = Sockets.toSocketAddress(attempt.member().address(), spec,
                session.channel().localAddress());
        if (address instanceof InetSocketAddress named && named.isUnresolved()) {
            OnLoop.whenDone(session.shared().names().on(session.wheel().loop()).resolve(named),
                    session.wheel().loop(), resolved -> resolved(attempt, resolved));
        } else {
            connect(attempt, address);
        }
    }

    private void resolved(Attempt attempt, Future<InetSocketAddress> address) {
        if (!attempt.equals(candidate)) {
            return; // too late
        }
        try {
            if (address.isSuccess()) {
                connect(attempt, address.getNow());
            } else {
                failed(Reason.CONNECT_FAILED);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void connect(Attempt attempt, SocketAddress address) {
        if (source != null && !source.reaches(address)) {
            failed(Reason.CONNECT_FAILED, Outcome.UNKNOWN); // not the member's fault
            return;
        }
        EventLoop loop = session.wheel().loop();
        Intake reads = new Intake();
        DuplexChannel channel;
        try {
            channel = session.shared().open(attempt.member().address(), spec.socket(), reads);
            if (source != null) {
                source.permit(channel);
            }
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
        channel.connect(address, source == null ? null : source.address()).addListener(this);
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
        Attempt attempt = candidate;
        if (channel == null || attempt == null || reads == null || !channel.equals(connected.channel())) {
            return; // given up
        }
        if (connected.isSuccess()) {
            attempt.answered(session.wheel().ticker().nanoTime() - connectingSince);
            session.greet(channel);
            if (session.asksForTls(pool.spec().tls() != null)) {
                TlsQuestion.ask(channel, reads, willing -> answered(channel, reads, attempt, willing));
            } else {
                opened(channel, reads, attempt);
            }
        } else if (Shortage.isCauseOf(connected.cause())) {
            Shortage.report(connected.cause());
            session.end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
        } else {
            failed(Reason.CONNECT_FAILED, source == null || ClientSource.refused(connected.cause())
                    ? Outcome.CONNECT_FAILED
                    : Outcome.UNKNOWN);
        }
    }

    /** The member has said whether TLS may begin. */
    private void answered(DuplexChannel channel, Intake reads, Attempt attempt, boolean willing) {
        if (!isOpening(channel, attempt)) {
            return; // given up
        }
        if (willing) {
            opened(channel, reads, attempt);
        } else {
            failed(Reason.TLS_FAILED);
        }
    }

    private void opened(DuplexChannel channel, Intake reads, Attempt attempt) {
        MemberTls tls = pool.spec().tls();
        if (tls == null) {
            ready(channel, reads, null);
        } else {
            new MemberHandshake(this, session, channel, reads, attempt).begin(tls);
        }
    }

    /** Whether this connection is still the one that is being opened for this attempt. */
    boolean isOpening(DuplexChannel channel, Attempt attempt) {
        return channel.equals(upstream) && attempt.equals(candidate);
    }

    /** The connection is ready, and TLS, if there is any, is established. */
    void ready(DuplexChannel channel, Intake reads, @Nullable TlsEdge edge) {
        session.wheel().disarm(this);
        session.connected(channel, reads, timeouts, edge);
    }

    @Override
    long due(long now) {
        try {
            if (candidate != null) {
                DuplexChannel channel = upstream;
                boolean connecting = channel != null && !channel.isActive();
                failed(Reason.CONNECT_TIMEOUT, source != null && connecting
                        ? Outcome.UNKNOWN
                        : session.wheel().found(Outcome.CONNECT_FAILED));
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
        return Wheel.NEVER;
    }

    /** This attempt has failed; the next one follows. */
    void failed(Reason reason) {
        failed(reason, reason.outcome());
    }

    private void failed(Reason reason, Outcome outcome) {
        session.wheel().disarm(this);
        hangUp();
        candidate = null;
        attempts.failed(reason, outcome);
        next();
    }
}
