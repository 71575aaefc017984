package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.Repetition;
import io.headgate.pool.Attempt;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a member: finds one and a connection to it, sends head and body, and sends them to
 * another member if that does no harm, or if the route says so.
 */
final class Dispatch extends MemberSearch {

    private final RequestBody body = new RequestBody();
    private @Nullable Upstream upstream;
    private final @Nullable Repetition repetition;
    private @Nullable Future<?> repeat;
    private boolean early;
    private boolean unflushed;
    private boolean declined;
    /** A connection of HTTP/2 may be used by others at once, and be gone again: that is not for ever. */
    private boolean reconnected;
    private long sentAt;

    Dispatch(Exchange exchange, RequestContext context) {
        super(exchange, context);
        Repeating policy = context.route().repeating();
        repetition = policy == null ? null : repetition(policy);
        Breaking breaking = context.route().breaking();
        if (breaking != null && breaking.fallback() != null) {
            keepBody();
        }
    }

    /** What has come goes to another member, or to a fallback, if there is room to keep all of it. */
    private void keepBody() {
        RequestHead head = context.head();
        KeptBody kept = head.hasBody() && !body.isKept()
                ? KeptBody.of(head, context.worker().services().kept())
                : null;
        if (kept != null) {
            body.keep(kept);
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

    @Override
    void goOn() {
        flush();
        context.client().resume();
    }

    @Override
    void send(Upstream to) {
        upstream = to;
        to.attach(exchange);
        if (!context.client().isRefresh() && logsIn()) {
            to.belongTo(context.client().ownLogins());
        }
        exchange.awaitAnew();
        String host = context.draft().preservesHost() ? context.draft().clientHost() : null;
        context.request().headers().set(HttpHeaderNames.HOST, host != null ? host : to.authority());
        RequestTracer.Trace trace = context.client().trace(context.draft());
        if (trace != null) {
            trace.sends(context.request().headers(), context.route().id(), context.request().uri());
        }
        if (to instanceof Http2Upstream) {
            body.keepBeginning(context.worker().services().kept());
        }
        body.begin(context.request(), to);
        unflushed = true;
        sentAt = context.worker().now();
    }

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        body.add(content, upstream);
        unflushed = upstream != null;
    }

    /** Sends what was written for the member; called once for all that was read. */
    void flush() {
        Upstream to = upstream;
        if (unflushed && to != null) {
            unflushed = false;
            body.writeHead(to);
            to.flush();
            exchange.watch();
        }
    }

    /**
     * Whether more can be read from the client: the body as fast as the member accepts it, then only to
     * notice when the client leaves.
     */
    boolean wantsMore() {
        Upstream to = upstream;
        return body.isComplete() || (to == null ? !body.isWaiting() : to.isWritable());
    }

    /** The answer begins. */
    void answered() {
        Upstream by = upstream;
        early = by == null || !body.isComplete() || !by.hasTakenAll();
        if (repetition != null) {
            repetition.end();
        }
        body.keepNoLonger();
        timed();
    }

    /** The head of an answer has come. */
    void timed() {
        Attempt attempt = attempts.current();
        if (attempt != null) {
            attempt.answered(context.worker().now() - sentAt);
        }
    }

    /**
     * The connection is gone without a byte of the answer: the request is sent again. False when the member
     * may have acted on it and it is not repeatable.
     */
    boolean again() {
        Upstream gone = leave();
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
            repeat(wait, status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
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

    /** What a member says of the time concerns nobody but itself. */
    private long begin(Repetition mine, long retryAfter) {
        boolean whole = isWhole();
        Worker worker = context.worker();
        return whole
                ? mine.begin(pool(), hasAnother() ? 0 : retryAfter, worker.now(), worker.services().random())
                : -1;
    }

    /** Whether all that has come of the request is still here. */
    boolean isWhole() {
        return body.isWhole() || !context.head().hasBody();
    }

    /** What has come of the body and waits for a member. */
    void eachWaiting(Consumer<HttpContent> action) {
        body.eachWaiting(action);
    }

    /** What has come of the body, for whoever takes the request over. It is whole. */
    HandedBody handOver() {
        return body.handOver();
    }

    /** Another member is looked for in another turn of the event loop. */
    private void repeat(long wait, Outcome outcome) {
        drop();
        attempts.abandon(outcome);
        body.rewind();
        unflushed = false;
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
        body.release();
        if (repetition != null) {
            repetition.end();
        }
        if (repeat != null) {
            repeat.cancel(false);
        }
    }

    /** The connection that is in use; the caller parks or closes it. */
    @Nullable
    Upstream leave() {
        Upstream used = upstream;
        upstream = null;
        return used;
    }

    /** Closes the connection that is in use. */
    void drop() {
        Upstream used = leave();
        if (used != null) {
            used.close();
        }
    }

    @Nullable
    Upstream upstream() {
        return upstream;
    }

    /** Whether the answer began before the member had the whole request: it may never read the rest. */
    boolean isAnsweredEarly() {
        return early;
    }

    /** Whether all of the request has come from the client. */
    boolean isComplete() {
        return body.isComplete();
    }

    long bytes() {
        return body.bytes();
    }
}
