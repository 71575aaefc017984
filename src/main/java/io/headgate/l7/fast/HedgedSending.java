package io.headgate.l7.fast;

import io.headgate.l7.route.Hedging;
import io.headgate.pool.Attempt;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Dispatch} hedges: the attempt that is sent may have a {@link Hedge} beside it, which may take
 * its place. On a route that does not hedge there is none, and this is no more than {@link Sending}.
 */
abstract class HedgedSending extends Sending {

    private final @Nullable Hedge hedge;

    HedgedSending(Exchange exchange, RequestContext context) {
        super(exchange, context);
        hedge = hedge(context.route().hedging());
    }

    /** Null if the route never sends such a request twice at once. */
    private @Nullable Hedge hedge(@Nullable Hedging rule) {
        RequestHead head = context.head();
        if (rule == null || !rule.hedges(head.method()) || head.webSocket()) {
            return null;
        }
        keepBody();
        return new Hedge(exchange, this, rule);
    }

    /** Whether the other attempt is waited for instead of passing this answer on. */
    abstract boolean isFailure(HttpResponse answer);

    @Override
    final void asks(Pool pool) {
        if (hedge != null && !isBound()) {
            hedge.arm(pool);
        }
    }

    /** The head of an answer has come. */
    final void timed() {
        Attempt attempt = attempts.current();
        if (attempt != null) {
            long took = sinceSent();
            attempt.answered(took);
            if (hedge != null) {
                hedge.took(attempt.member().pool(), took);
            }
        }
    }

    /** Whether all of the request is here, another member may get it too, and one has it now. */
    final boolean isHedgeable() {
        return body.isComplete() && (body.isKept() || !context.head().hasBody()) && attempts.held() != null
                && context.client().logins() == null && !logsIn();
    }

    /** Sends the request on another connection, besides. */
    final void sendCopy(Upstream to) {
        HttpRequest mine = context.request();
        HttpHeaders headers = mine.headers().copy();
        setHost(headers, to);
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
    final void replace(Attempt second, @Nullable Upstream to, long sent, Outcome outcome) {
        forgetDialing();
        drop();
        attempts.replace(second, outcome);
        if (to == null) {
            exchange.dialling(connectTimeout());
        } else {
            sends(to, sent);
        }
    }

    /**
     * The second attempt, which has taken the place of the first, has failed: another member gets all of it.
     */
    final void retryAnew(Reason failed, Outcome outcome) {
        body.rewind();
        if (body.bytes() > 0) {
            context.request().headers().remove(HttpHeaderNames.EXPECT); // the client has been told already
        }
        retry(failed, outcome);
        goOn();
    }

    /** The second attempt, which has taken the place of the first, has its connection. */
    final void sends(Upstream to, long sent) {
        wasSent(to, sent);
        exchange.awaitHeadSince(sent);
    }

    /** The first attempt is given up for the second: how long it took is at least this. */
    final void outlasted() {
        Attempt first = attempts.current();
        if (hedge != null && first != null && upstream() != null) {
            long nanos = sinceSent();
            first.outlasted(nanos);
            hedge.took(first.member().pool(), nanos);
        }
    }

    /** It is decided which answer the client gets, or that it gets none of a member's. */
    final void endHedge() {
        if (hedge != null) {
            hedge.end();
        }
    }

    /** Whether a second attempt goes on instead of the first one, which has failed. */
    final boolean isHedged(Outcome failed) {
        return hedge != null && hedge.takeOver(failed);
    }

    /** Whether a second attempt goes on instead of this answer of the first one's, which is a failure. */
    final boolean isHedged(HttpResponse answer) {
        if (hedge == null || !hedge.isUnderWay() || !isFailure(answer)) {
            return false;
        }
        timed();
        return hedge.takeOver(outcome(answer));
    }
}
