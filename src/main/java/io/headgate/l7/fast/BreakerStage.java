package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.port.Remade;
import io.headgate.l7.route.BreakerCall;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a request that its route's circuit breaker counts as a failure, or does not let pass:
 * another route or the application answers it from its beginning (the fallback), or the client gets an answer
 * that tells of it. Made only when that happens, or where the breaker has a time limit.
 */
final class BreakerStage extends Timed {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerStage.class);

    private final Exchange exchange;
    private final RequestContext context;
    private final BreakerCall call;

    BreakerStage(Exchange exchange, BreakerCall call) {
        this.exchange = exchange;
        this.context = exchange.context();
        this.call = call;
    }

    /** Fails the request if no answer has begun in so long. */
    void within(Duration limit) {
        context.worker().deadlines().add(this);
        deadline(context.worker().in(limit));
    }

    void end() {
        context.worker().deadlines().remove(this);
    }

    @Override
    void expired() {
        if (exchange.isFinished() || exchange.relay().hasBegun()) {
            return;
        }
        try {
            giveUp(Outcome.UNKNOWN);
            if (!fallBack(call.tookTooLong(), Reason.RESPONSE_TIMEOUT)) {
                context.draft().forgetBreaker();
                exchange.reply(Reason.RESPONSE_TIMEOUT);
            }
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /** Takes an answer that is a failure. False if it is to be passed on all the same. */
    boolean takes(HttpResponse answer) {
        int status = answer.status().code();
        if (call.policy().resumes() && call.fallback() == null) {
            Throwable _ = call.failed(status);
            return false;
        }
        if (context.cache() != null) {
            context.cache().discarded(status);
        }
        exchange.dispatch().timed();
        giveUp(status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
        if (!fallBack(call.failed(status), Reason.MEMBER_ERROR)) {
            exchange.reply(exchange.problem(Reason.MEMBER_ERROR, answer.status()), Reason.MEMBER_ERROR);
        }
        return true;
    }

    /** The same with an answer that a filter gives instead of a member. */
    boolean takes(int status) {
        return takes(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status),
                Unpooled.EMPTY_BUFFER));
    }

    /** Takes a request without an answer. False if its client is to be told why. */
    boolean takes(Reason reason) {
        if (isOfClients(reason)) {
            return false;
        }
        if (fallBack(call.failed(reason), reason)) {
            return true;
        }
        if (!call.policy().resumes() || call.isRefused()) {
            return false;
        }
        context.draft().forgetBreaker();
        DefaultFullHttpResponse empty = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        empty.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        try {
            ResponseHead.edit(empty, call.policy().within(), context);
            exchange.reply(empty, null);
        } catch (IllegalArgumentException e) {
            context.notApplied(" to the answer", e);
            exchange.reply(Reason.INTERNAL_ERROR);
        }
        return true;
    }

    /**
     * What a client has done wrong, or too much of, says nothing about members, and no fallback answers it:
     * one client could open the breaker for all.
     */
    private static boolean isOfClients(Reason reason) {
        return switch (reason) {
            case BAD_REQUEST, BODY_TIMEOUT, BODY_TOO_LARGE, CLIENT_GONE, CLIENT_STALLED, TOO_MANY_REQUESTS,
                    TOO_MANY_TUNNELS ->
                true;
            default -> false;
        };
    }

    private void giveUp(Outcome outcome) {
        exchange.dispatch().drop();
        context.attempts().release(outcome);
    }

    /**
     * The request begins anew with the fallback's path. That is safe while nothing was answered and all that
     * has come of its body is here: not yet sent, or kept.
     */
    private boolean fallBack(Throwable why, Reason reason) {
        String target = call.fallback();
        if (target == null || !exchange.dispatch().isWhole()) {
            return false;
        }
        if (!context.client().mayHandOver() || !Remade.permits(target)) {
            LOG.error("Route {}: its fallback {} leads back to itself, or is no path", context.route().id(),
                    target);
            context.draft().forgetBreaker();
            exchange.reply(Reason.INTERNAL_ERROR);
            return true;
        }
        exchange.handOver(anew(target), new HandOver(why, context.draft().toClient()), reason);
        return true;
    }

    /** As its client has sent it, and as the filters before the breaker have changed it. */
    private HttpRequest anew(String target) {
        RequestHead head = context.head();
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        call.restore(headers);
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, context.request().method(), target,
                headers);
        head.frame(request, true);
        if (exchange.dispatch().bytes() > 0) {
            headers.remove(HttpHeaderNames.EXPECT); // the client has been told already
        }
        if (!head.http11()) {
            request.setProtocolVersion(HttpVersion.HTTP_1_0);
        }
        if (!head.webSocket() && head.keepAlive() != head.http11()) {
            headers.set(HttpHeaderNames.CONNECTION,
                    head.keepAlive() ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        }
        return request;
    }
}
