package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.Failover;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.Repetition;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a member: finds one and a connection to it ({@link MemberSearch}), sends head and
 * body ({@link Sending}), perhaps to a second one besides ({@link HedgedSending}), and sends them to another
 * member if that does no harm, or if the route says so.
 */
final class Dispatch extends HedgedSending {

    private final @Nullable Repetition repetition;
    private @Nullable Future<?> repeat;
    private boolean early;
    private boolean declined;
    /** A connection of HTTP/2 may be used by others at once, and be gone again: that is not for ever. */
    private boolean reconnected;

    Dispatch(Exchange exchange, RequestContext context) {
        super(exchange, context);
        Repeating policy = context.route().repeating();
        repetition = policy == null ? null : repetition(policy);
        Breaking breaking = context.route().breaking();
        if ((breaking != null && breaking.fallback() != null) || context.route().failover() != null) {
            keepBody();
        }
    }

    /** Null if the route never repeats such a request. */
    private @Nullable Repetition repetition(Repeating policy) {
        if (!policy.repeats(context.head().method())) {
            return null;
        }
        keepBody();
        return new Repetition(policy, context.start());
    }

    /** The answer begins. */
    void answered() {
        Upstream by = upstream();
        early = by == null || !body.isComplete() || !by.hasTakenAll();
        if (repetition != null) {
            repetition.end();
        }
        body.keepNoLonger();
        timed();
        endHedge();
    }

    @Override
    boolean isFailure(HttpResponse answer) {
        int status = answer.status().code();
        return ResponseHead.isFinal(answer) && (status >= 500 || (repetition != null
                && repetition.policy().repeats(status, answer.headers().get(Grpc.STATUS))));
    }

    /**
     * The connection is gone without a byte of the answer: the request is sent again. False when the member
     * may have acted on it and it is not repeatable.
     */
    boolean again() {
        Upstream gone = leave();
        if (gone != null && isHedged(blame(gone))) {
            return true;
        }
        if (gone == null || !isRepeatable(gone)) {
            if (gone != null && gone.isReused() && !gone.isHeard()) {
                attempts.release(Outcome.UNKNOWN); // as below: the member is not to blame
            }
            return false;
        }
        body.rewind();
        if (gone.isUnprocessed()) { // it is shutting down, or has enough to do: it is not to blame
            elsewhere(gone);
        } else if (!gone.isReused() || reconnected) {
            reconnected = false;
            retry(Reason.UPSTREAM_RESET, Outcome.RESET);
        } else { // it lay idle for too long: the member is not to blame
            reconnected = true;
            reconnect(gone);
        }
        goOn();
        return true;
    }

    /** To another member, or if there is none, once to the same one by another connection. */
    private void elsewhere(Upstream gone) {
        if (declined || (pool() != null && hasAnother())) {
            retry(Reason.UPSTREAM_RESET, Outcome.UNKNOWN);
        } else {
            declined = true;
            reconnectElsewhere(gone);
        }
    }

    /** The connection was closed because its member was evicted: another takes the request, as above. */
    boolean again(Reason evicted) {
        Upstream gone = leave();
        if (isHedged(evicted.outcome())) {
            return true;
        }
        if (gone == null || !isRepeatable(gone)) {
            return false;
        }
        body.rewind();
        retry(evicted, evicted.outcome());
        goOn();
        return true;
    }

    /** Whether the route repeats the request instead of passing this answer on. If so, that has begun. */
    boolean repeats(HttpResponse answer) {
        Repetition mine = repetition;
        int status = answer.status().code();
        if (mine == null || !mine.policy().repeats(status, answer.headers().get(Grpc.STATUS))
                || !ResponseHead.isFinal(answer)
                || !ResponseHead.canEdit(answer, mine.policy().within(), context)) {
            return false;
        }
        long wait = begin(mine, Repeating.retryAfter(answer.headers().get(HttpHeaderNames.RETRY_AFTER)));
        if (wait >= 0) {
            timed();
            repeat(wait, outcome(answer));
        }
        return wait >= 0;
    }

    /** Whether the route repeats the request that has failed. If so, that has begun. */
    boolean repeats(Reason failed, Outcome outcome) {
        Repetition mine = repetition;
        if (mine == null || !mine.policy().repeats(failed) || isDialling()) {
            return false;
        }
        long wait = begin(mine, 0);
        if (wait >= 0) {
            repeat(wait, outcome);
        }
        return wait >= 0;
    }

    /** Whether another pool gets the request instead of the client this answer. If so, that has begun. */
    boolean failsOver(HttpResponse answer) {
        Failover policy = context.route().failover();
        int status = answer.status().code();
        if (policy == null || !policy.takes(status, context.head().method())
                || !ResponseHead.isFinal(answer) || !mayFailOver(policy)) {
            return false;
        }
        timed();
        repeat(0, status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
        return true;
    }

    /** Whether another pool gets the request that has failed. If so, that has begun. */
    boolean failsOver(Reason failed, Outcome outcome) {
        Failover policy = context.route().failover();
        if (policy == null || !policy.takes(failed, context.head().method()) || isDialling()
                || !mayFailOver(policy)) {
            return false;
        }
        repeat(0, outcome);
        return true;
    }

    private boolean mayFailOver(Failover policy) {
        return isWhole() && !context.client().isRefresh() && goesTo(policy.pool());
    }

    /** What a member says of the time concerns nobody but itself. */
    private long begin(Repetition mine, long retryAfter) {
        boolean whole = isWhole();
        Worker worker = context.worker();
        return whole
                ? mine.begin(pool(), hasAnother() ? 0 : retryAfter, worker.now(), worker.services().random())
                : -1;
    }

    /** Another member is looked for in another turn of the event loop. */
    private void repeat(long wait, Outcome outcome) {
        drop();
        endHedge();
        attempts.abandon(outcome);
        body.rewind();
        if (body.bytes() > 0) {
            context.request().headers().remove(HttpHeaderNames.EXPECT); // the client has been told already
        }
        exchange.dialled();
        exchange.watch();
        repeat = context.worker().loop().schedule(this::findAgain, wait, TimeUnit.NANOSECONDS);
    }

    private boolean isRepeatable(Upstream gone) {
        return body.isUnsent() || (!gone.isHeard() && context.head().isRepeatable())
                || (gone.isUnprocessed() && (body.isWhole() || !context.head().hasBody()));
    }

    /** The exchange is over. */
    void finish() {
        stop();
        endHedge();
        body.release();
        if (repetition != null) {
            repetition.end();
        }
        if (repeat != null) {
            repeat.cancel(false);
        }
    }

    /** Whether the answer began before the member had the whole request: it may never read the rest. */
    boolean isAnsweredEarly() {
        return early;
    }
}
