package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.Failover;
import io.headgate.l7.route.Hedging;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.Repetition;
import io.headgate.pool.Attempt;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
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
    private final @Nullable Hedge hedge;
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
        if ((breaking != null && breaking.fallback() != null) || context.route().failover() != null) {
            keepBody();
        }
        hedge = hedge(exchange, context.route().hedging());
    }

    /** Null if the route never sends such a request twice at once. */
    private @Nullable Hedge hedge(Exchange exchange, @Nullable Hedging rule) {
        RequestHead head = context.head();
        if (rule == null || !rule.hedges(head.method()) || head.webSocket()) {
            return null;
        }
        keepBody();
        return new Hedge(exchange, this, rule);
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

    @Override
    void asks(Pool pool) {
        if (hedge != null && !isBound()) {
            hedge.arm(pool);
        }
    }

    /** The route changes the body. */
    void change(BodyChange by) {
        body.change(by);
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
        endHedge();
    }

    /** The head of an answer has come. */
    void timed() {
        Attempt attempt = attempts.current();
        if (attempt != null) {
            long took = context.worker().now() - sentAt;
            attempt.answered(took);
            if (hedge != null) {
                hedge.took(attempt.member().pool(), took);
            }
        }
    }

    // A second attempt beside the first

    /** Whether all of the request is here, another member may get it too, and one has it now. */
    boolean isHedgeable() {
        return body.isComplete() && (body.isKept() || !context.head().hasBody()) && attempts.held() != null
                && context.client().logins() == null && !logsIn();
    }

    /** Sends the request on another connection, besides. */
    void sendCopy(Upstream to) {
        HttpRequest mine = context.request();
        HttpHeaders headers = mine.headers().copy();
        String host = context.draft().preservesHost() ? context.draft().clientHost() : null;
        headers.set(HttpHeaderNames.HOST, host != null ? host : to.authority());
        headers.remove(HttpHeaderNames.EXPECT); // all of it has come
        body.sendCopy(new DefaultHttpRequest(mine.protocolVersion(), mine.method(), mine.uri(), headers), to);
        to.flush();
    }

    /**
     * A second attempt goes on in the place of the first.
     *
     * @param to what it is answered on; null if it has no connection yet
     * @param sent when it was sent, if it was
     * @param outcome of the first
     */
    void replace(Attempt second, @Nullable Upstream to, long sent, Outcome outcome) {
        forgetDialing();
        drop();
        attempts.replace(second, outcome);
        unflushed = false;
        if (to == null) {
            exchange.dialling(connectTimeout());
        } else {
            sends(to, sent);
        }
    }

    /**
     * The second attempt, which has taken the place of the first, has failed: another member gets all of it.
     */
    void retryAnew(Reason failed, Outcome outcome) {
        body.rewind();
        if (body.bytes() > 0) {
            context.request().headers().remove(HttpHeaderNames.EXPECT); // the client has been told already
        }
        retry(failed, outcome);
        goOn();
    }

    /** The second attempt, which has taken the place of the first, has its connection. */
    void sends(Upstream to, long sent) {
        upstream = to;
        sentAt = sent;
        exchange.awaitHeadSince(sent);
    }

    /** The first attempt is given up for the second: how long it took is at least this. */
    void outlasted() {
        Attempt first = attempts.current();
        if (hedge != null && first != null && upstream != null) {
            long nanos = context.worker().now() - sentAt;
            first.outlasted(nanos);
            hedge.took(first.member().pool(), nanos);
        }
    }

    /** It is decided which answer the client gets, or that it gets none of a member's. */
    void endHedge() {
        if (hedge != null) {
            hedge.end();
        }
    }

    /** Whether a second attempt goes on instead of the first one, which has failed. */
    boolean isHedged(Outcome failed) {
        return hedge != null && hedge.takeOver(failed);
    }

    /** Whether a second attempt goes on instead of this answer of the first one's, which is a failure. */
    boolean isHedged(HttpResponse answer) {
        if (hedge == null || !hedge.isUnderWay() || !isFailure(answer)) {
            return false;
        }
        timed();
        return hedge.takeOver(outcome(answer));
    }

    /** Whether the other attempt is waited for instead of passing this answer on. */
    boolean isFailure(HttpResponse answer) {
        int status = answer.status().code();
        return ResponseHead.isFinal(answer) && (status >= 500 || (repetition != null
                && repetition.policy().repeats(status, answer.headers().get(Grpc.STATUS))));
    }

    static Outcome outcome(HttpResponse answer) {
        return answer.status().code() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK;
    }

    // What is repeated

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

    /** What the end of a connection without an answer says about its member. */
    static Outcome blame(Upstream gone) {
        return gone.isUnprocessed() || (gone.isReused() && !gone.isHeard()) ? Outcome.UNKNOWN : Outcome.RESET;
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
        endHedge();
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
        endHedge();
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
