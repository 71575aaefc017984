package io.headgate.l4;

import io.headgate.net.Memory;
import io.headgate.net.Pipes;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/** Carries bytes between a client and a member until both have ended or something breaks. */
final class Relay extends Wheel.Deadline {

    /** How often a half-closed connection is looked at, in ticks. */
    private static final long HALF_CLOSED_LOOK = 2;
    private static final long WHILE_SHORT = Wheel.ticks(Memory.PATIENCE);

    private final Session session;
    private final RelayTimeouts timeouts;
    private final Leg client;
    private final Leg member;
    private long lastActive;
    /** Set once a side has broken off. */
    private @Nullable LastBytes last;

    /**
     * Carries bytes as they are, or through TLS on either side.
     *
     * @param plain whether they stay as they are
     */
    Relay(Session session, RelayTimeouts timeouts, DuplexChannel client, Intake clientIntake,
            DuplexChannel member, Intake memberIntake, boolean plain, @Nullable Pipes pipes) {
        this.session = session;
        this.timeouts = timeouts;
        this.client = new Leg(this, client, clientIntake, member, Outcome.UNKNOWN, plain, pipes);
        this.member = new Leg(this, member, memberIntake, client, Outcome.RESET, plain, pipes);
    }

    /**
     * Begins.
     *
     * @param first bytes of the client that were read already
     * @param ended whether these are all
     */
    void start(@Nullable ByteBuf first, boolean ended) {
        Wheel wheel = session.wheel();
        wheel.arm(this, wheel.now() + 1);
        lastActive = wheel.now();
        client.start(member);
        member.start(client);
        client.begin(first, ended);
        member.begin(null, false);
    }

    /** Closes both sides; no callback will follow. */
    void stop() {
        session.wheel().disarm(this);
        client.stop();
        member.stop();
    }

    long fromClient() {
        return client.bytes();
    }

    long fromMember() {
        return member.bytes();
    }

    /** How many of all bytes were not copied. */
    long spliced() {
        return client.spliced() + member.spliced();
    }

    /** Bytes came in. */
    void active() {
        lastActive = session.wheel().now();
    }

    /** A side has ended its sending; the other has not been notified yet. */
    void halfClosed() {
        active();
        session.wheel().arm(this, lastActive + HALF_CLOSED_LOOK);
    }

    /** A side is over, in order: it has nothing more to send or to receive. */
    void closed() {
        LastBytes left = last;
        if (left != null) {
            session.end(null, left.outcome());
        } else if (client.over() && member.over()) {
            session.end(null, Outcome.OK);
        }
    }

    /** A side broke off. What was read from it before goes to the other one first. */
    void broken(Leg side, Outcome outcome) {
        LastBytes left = last;
        if (left != null) {
            if (side == left.owed()) {
                session.end(null, left.outcome());
            }
            return;
        }
        long now = session.wheel().present();
        left = new LastBytes(side == client ? member : client, outcome, now);
        last = left;
        side.cut();
        left.owed().deliver();
        lookAtLast();
    }

    /** Some of the last bytes may have gone. */
    void lookAtLast() {
        LastBytes left = last;
        if (left == null || session.ended()) {
            return;
        }
        long now = session.wheel().present();
        if (left.over(now, patience())) {
            session.end(null, left.outcome());
        } else {
            session.wheel().arm(this, now + 1);
        }
    }

    /** Something failed in Headgate itself. */
    void failed(Reason reason) {
        session.end(reason, Outcome.UNKNOWN);
    }

    @Override
    long due(long now) {
        if (last != null) {
            lookAtLast();
            return Wheel.NEVER; // unless it was armed again
        }
        boolean clientTook = client.drained(now);
        boolean memberTook = member.drained(now);
        if (clientTook || memberTook) {
            lastActive = now;
        }
        boolean half = client.ended() || member.ended();
        if (half && (client.dead() || member.dead())) {
            (client.dead() ? client : member).broken();
            return Wheel.NEVER; // as above
        }
        long send = patience();
        if (client.stalled(now, send)) {
            session.end(Reason.CLIENT_STALLED, Outcome.UNKNOWN);
            return Wheel.NEVER;
        }
        if (member.stalled(now, send)) {
            session.end(Reason.SEND_TIMEOUT, session.wheel().found(Outcome.TIMEOUT));
            return Wheel.NEVER;
        }
        long silence = half ? timeouts.halfClosed() : timeouts.idle();
        if (silence != 0 && now - lastActive >= silence) {
            session.end(Reason.IDLE_TIMEOUT, Outcome.UNKNOWN);
            return Wheel.NEVER;
        }
        return next(now, half, silence);
    }

    /**
     * While memory is nearly exhausted, no peer may hold some of it for long without accepting data.
     */
    private long patience() {
        long send = timeouts.send();
        return send != 0 && Memory.PROCESS.isShort() ? Math.min(send, WHILE_SHORT) : send;
    }

    /** Stalls are measured by periodic looks, so that reads and writes have no extra work. */
    private long next(long now, boolean half, long silence) {
        long next = silence == 0 ? Wheel.NEVER : lastActive + silence;
        if (timeouts.send() != 0) {
            next = Math.min(next, now + Math.max(1, timeouts.send() / 4));
        }
        return half ? Math.min(next, now + HALF_CLOSED_LOOK) : next;
    }

    @Override
    public String toString() {
        return client + " / " + member;
    }
}
