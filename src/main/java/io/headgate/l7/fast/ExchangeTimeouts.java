package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.route.Later;
import io.headgate.net.Memory;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Exchange} waits for now, and what happens when that takes too long. It is the base of
 * Exchange instead of a part of it, because a part would be one more object for each request.
 */
abstract class ExchangeTimeouts extends Timed {

    /** Added to the time that connecting may take, for name look-ups; the dialer has reported long before. */
    private static final Duration NAME_LOOKUP = Duration.ofSeconds(30);

    /** What an exchange waits for. */
    private enum Awaited {

        /** A connection to the member. */
        CONNECTION(Reason.CONNECT_TIMEOUT),
        /** That the member accepts more of the request. */
        MEMBER_ACCEPTS(Reason.SEND_TIMEOUT),
        /** The head of the answer; this deadline does not move with each byte of it. */
        HEAD(Reason.RESPONSE_TIMEOUT),
        /** More of the answer. */
        BODY(Reason.IDLE_TIMEOUT),
        /** That the client accepts more of the answer. */
        CLIENT_ACCEPTS(Reason.CLIENT_STALLED);

        private final Reason reason;

        Awaited(Reason reason) {
            this.reason = reason;
        }

        boolean isAcceptance() {
            return this == MEMBER_ACCEPTS || this == CLIENT_ACCEPTS;
        }
    }

    private Awaited awaited = Awaited.HEAD;
    /** What an edit of the route waits for. */
    private @Nullable Later deciding;
    /** The deadline for the head of the answer is running. */
    private boolean headAwaited;
    /** Bytes the peer still had to accept when the deadline for that was last armed. */
    private long unsent;
    private long since;

    abstract RequestContext context();

    abstract Dispatch dispatch();

    abstract Relay relay();

    abstract boolean isFinished();

    /** The exchange fails. */
    abstract void fail(Reason reason, Outcome outcome);

    /** Something of ours has thrown an exception. */
    abstract void broken(Throwable cause);

    /** Sets the deadline for the current step. */
    final void watch() {
        Upstream to = dispatch().upstream();
        if (isFinished() || (to == null && !relay().isReplaying())) {
            headAwaited = false;
            if (isFinished() || (awaited != Awaited.CONNECTION && deciding == null)) { // these have limits
                deadline(NEVER);
            }
        } else if (relay().hasBegun()) {
            await(context().client().isWritable() ? Awaited.BODY : Awaited.CLIENT_ACCEPTS);
        } else if (to != null && !to.isWritable()) {
            await(Awaited.MEMBER_ACCEPTS);
        } else if (!dispatch().isComplete()) {
            deadline(NEVER); // the client is awaited, and the guard has deadlines for that
        } else if (!headAwaited) {
            await(Awaited.HEAD);
            headAwaited = true;
        }
    }

    /** The request goes out, or an informational answer has come: the head has all its time again. */
    final void awaitAnew() {
        headAwaited = false;
    }

    /** The head of the answer has been awaited since then. */
    final void awaitHeadSince(long sent) {
        headAwaited = false;
        watch();
        Duration timeout = headTimeout();
        if (headAwaited && !timeout.isZero()) {
            deadline(sent + timeout.toNanos());
        }
    }

    /** An edit of the route takes its time. */
    final void deciding(Later pending) {
        deciding = pending;
        deadline(context().worker().in(pending.limit()));
    }

    final boolean awaits(Later decision) {
        return decision.equals(deciding);
    }

    final void decisionMade() {
        deciding = null;
        deadline(NEVER);
    }

    /**
     * A connection is being made. The dialer has timeouts of its own; this one ends the request even if they
     * fail.
     *
     * @param timeout of connecting, and again of TLS; zero for none
     */
    final void dialling(Duration timeout) {
        awaited = Awaited.CONNECTION;
        deadline(timeout.isZero()
                ? NEVER
                : context().worker().in(timeout.multipliedBy(2).plus(NAME_LOOKUP)));
    }

    /** No connection is being made any more, and nothing else is awaited yet. */
    final void dialled() {
        awaited = Awaited.HEAD;
    }

    private void await(Awaited what) {
        headAwaited = false;
        awaited = what;
        unsent = what.isAcceptance() ? unsent() : 0;
        Worker worker = context().worker();
        since = worker.now();
        deadline(worker.in(switch (what) {
            case MEMBER_ACCEPTS, CLIENT_ACCEPTS -> sendLook();
            case HEAD -> headTimeout();
            case BODY -> dispatch().timeouts().idle();
            case CONNECTION -> dispatch().timeouts().connect();
        }));
    }

    private Duration headTimeout() {
        String call = context().request().headers().get(Grpc.TIMEOUT);
        return call == null || !context().isGrpc() ? routeTimeout() : Grpc.shorter(call, routeTimeout());
    }

    private Duration routeTimeout() {
        Duration own = context().route().responseTimeout();
        return own != null ? own : dispatch().timeouts().response();
    }

    /** Bytes not yet accepted by the peer that is awaited. */
    private long unsent() {
        Upstream to = dispatch().upstream();
        return relay().hasBegun() || to == null ? context().client().unsent() : to.unsent();
    }

    private long lastSent() {
        Upstream to = dispatch().upstream();
        return relay().hasBegun() || to == null ? context().client().lastSent() : to.lastSent();
    }

    @Override
    final void expired() {
        Worker worker = context().worker();
        assert worker.isHome();
        if (isFinished()) {
            return;
        }
        try {
            Later late = deciding;
            if (late != null) {
                late.expire();
            } else if (!awaited.isAcceptance()) {
                timedOut(awaited.reason);
            } else if (unsent() < unsent || lastSent() < sendLook().toMillis()) {
                await(awaited); // the peer is slow, but it accepts data
            } else if (Memory.PROCESS.isShort() || worker.now() - since >= sendNanos()) {
                timedOut(awaited.reason);
            } else {
                deadline(Math.min(since + sendNanos(), worker.in(sendLook())));
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /**
     * The member is not to blame if we looked too late, if the client is awaited as well, or if it has set a
     * limit that is shorter than ours.
     */
    private void timedOut(Reason reason) {
        boolean clients = (awaited == Awaited.BODY && !dispatch().isComplete())
                || (awaited == Awaited.HEAD && !headTimeout().equals(routeTimeout()));
        boolean early = awaited.isAcceptance() && context().worker().now() - since < sendNanos();
        boolean ours = context().worker().isHeldUp();
        fail(reason, clients || early || ours ? Outcome.UNKNOWN : reason.outcome());
    }

    private long sendNanos() {
        return dispatch().timeouts().send().toNanos();
    }

    /** When to look whether anything was accepted: earlier than the timeout, because memory may be short. */
    private Duration sendLook() {
        Duration send = dispatch().timeouts().send();
        return send.compareTo(Memory.PATIENCE) > 0 ? Memory.PATIENCE : send;
    }
}
