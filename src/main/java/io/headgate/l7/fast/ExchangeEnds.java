package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.HandOver;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BreakerCall;
import io.headgate.l7.route.GrpcWeb;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an {@link Exchange} ends, once: with the whole answer ({@link #complete}), with one of Headgate's own
 * ({@link #reply}), in the middle of an answer ({@link #cut}), because nobody waits for it any more
 * ({@link #clientGone}), or as a tunnel. It is the base of Exchange instead of a part of it, because a part
 * would be one more object for each request.
 */
abstract class ExchangeEnds extends ExchangeTimeouts {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private boolean finished;

    /** Null if the route has no cache. */
    abstract @Nullable CacheStage cached();

    /** What ends a request that takes longer than the route's circuit breaker permits; null for nothing. */
    abstract @Nullable BreakerStage breakerLimit();

    /** What is sent to another pool too; null for nothing. */
    abstract @Nullable MirrorCopy copy();

    /** Whether the circuit breaker of the route answers such a failure. */
    abstract boolean breaks(Reason reason);

    @Override
    final boolean isFinished() {
        return finished;
    }

    /**
     * Headgate's own code has thrown, and nothing else would end the request: the client's connection is
     * closed.
     */
    @Override
    final void broken(Throwable cause) {
        LOG.error("Serving {} {} failed", context().head().method(), context().head().target(), cause);
        context().client().close(); // and its end is that of all that is under way
    }

    final void fail(Reason reason) {
        fail(reason, reason.outcome());
    }

    /** No member is left to try. */
    final void refused(Reason reason) {
        if (!dispatch().isHedged(reason.outcome()) && !dispatch().repeats(reason, reason.outcome())
                && !dispatch().failsOver(reason, reason.outcome())) {
            reply(reason);
        }
    }

    /** The member's connection is closed before its place is given on. */
    @Override
    final void fail(Reason reason, Outcome outcome) {
        if (!relay().hasBegun()
                && (dispatch().isHedged(outcome) || dispatch().repeats(reason, outcome)
                        || dispatch().failsOver(reason, outcome))) {
            return;
        }
        dispatch().drop();
        context().attempts().release(outcome);
        if (relay().hasBegun()) {
            cut(reason);
        } else {
            reply(reason);
        }
    }

    /** The route does not want the rest of the request. */
    final void refuse(Answer answer) {
        if (relay().hasBegun()) {
            dispatch().drop();
            context().attempts().release(Outcome.UNKNOWN);
            cut(Reason.FILTER_REFUSED);
        } else {
            reply(Replies.answer(answer, !context().head().isHead()), Reason.FILTER_REFUSED);
        }
    }

    /** The whole answer is on its way. */
    final void complete() {
        finish();
        memberDone();
        context().tell(relay().status(), null, dispatch().bytes(), relay().bytes(), relay().grpcStatus());
        context().client().exchangeEnded(context().head().keepAlive() && !relay().endsByClose(),
                dispatch().isComplete());
    }

    /** The member's answer has ended: its connection is kept, or closed, and its place is given on. */
    final void memberDone() {
        Upstream used = dispatch().leave();
        if (used != null && relay().keepsMember() && dispatch().isComplete()
                && !dispatch().isAnsweredEarly() && !isLoginOfNobody()) {
            if (relay().isOfLogin()) {
                used.belongTo(context().client().ownLogins());
            }
            used.loggingIn(relay().isOfLogin() && relay().status() == 401 && dispatch().logsIn());
            used.age().keptFor(relay().keptFor());
            used.park();
        } else if (used != null) {
            used.close();
        }
        context().attempts().release(relay().memberStatus() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
    }

    /** A login that holds for the connection, but there is no client that could ever use it again. */
    private boolean isLoginOfNobody() {
        return context().client().isRefresh() && (relay().isOfLogin() || dispatch().logsIn());
    }

    /** Answers instead of the member: from the cache, if that has something for such a case. */
    final void reply(Reason reason) {
        if (cached() != null && cached().servesStale(reason)) {
            return;
        }
        if (breaks(reason)) {
            return;
        }
        FullHttpResponse reply = problem(reason, HttpResponseStatus.valueOf(reason.status()));
        Replies.add(reply, context().draft().refusalHeaders());
        reply(reply, reason);
    }

    /** What Headgate says of an error, or the page that there is for it. */
    final FullHttpResponse problem(Reason reason, HttpResponseStatus status) {
        boolean withBody = !context().head().isHead();
        ErrorPage page = context().page(status.code(), false);
        byte[] text = page == null
                ? context().worker().services().problems().body(reason, status.code(),
                        context().head().target(), context().id())
                : context().text(page, status.code(), reason);
        FullHttpResponse reply = Replies.problem(status, text, withBody);
        return page == null ? reply : Replies.page(page, text, reply, withBody);
    }

    private FullHttpResponse pageFor(FullHttpResponse bare, @Nullable Reason reason) {
        int status = bare.status().code();
        ErrorPage page = context().page(status, false);
        return page == null
                ? bare
                : Replies.page(page, context().text(page, status, reason), bare, !context().head().isHead());
    }

    final void reply(FullHttpResponse answer, @Nullable Reason reason) {
        FullHttpResponse reply = reason != null && context().isGrpc()
                ? Replies.grpc(reason, answer)
                : Replies.isBare(answer) ? pageFor(answer, reason) : answer;
        context().draft().complete(reply.status().code(), reply.headers());
        int grpcStatus = Grpc.number(reply.headers().get(Grpc.STATUS));
        GrpcWeb call = context().draft().grpcWeb();
        if (call != null && grpcStatus >= 0) {
            reply = call.whole(reply);
        }
        finish();
        dispatch().drop();
        context().attempts().release(Outcome.UNKNOWN);
        RequestHead head = context().head();
        boolean stays = head.keepAlive() && (dispatch().isComplete() || !head.hasBody())
                && !context().client().isLeaving();
        Replies.connection(reply, head, stays);
        context().debug(reply.headers());
        long bytes = reply.content().readableBytes();
        context().client().write(reply);
        context().tell(reply.status().code(), reason, dispatch().bytes(), bytes,
                grpcStatus);
        context().client().exchangeEnded(stays, dispatch().isComplete());
    }

    /**
     * The request begins anew, as another. All that has come of its body is here, and nothing was answered.
     */
    final void handOver(HttpRequest anew, HandOver told, Reason reason) {
        HandedBody body = dispatch().handOver();
        finish();
        dispatch().drop();
        context().attempts().release(Outcome.UNKNOWN);
        RequestTracer.Trace trace = context().client().trace(context().draft());
        if (trace != null) {
            trace.ended(reason.status(), reason);
        }
        context().client().handOver(anew, body, told);
    }

    /** To the circuit breaker of the route, an answer has come. */
    final void succeeded() {
        BreakerCall breaker = context().breaker();
        if (breaker != null) {
            breaker.succeeded();
        }
    }

    /** The answer has begun and cannot be finished: the client must not mistake the half for the whole. */
    private void cut(Reason reason) {
        finish();
        dispatch().drop();
        if (relay().isReplaced()) { // the client has all of it
            context().tell(relay().status(), null, dispatch().bytes(), relay().bytes());
            context().client().exchangeEnded(context().head().keepAlive(), dispatch().isComplete());
            return;
        }
        relay().writeHead();
        context().tell(relay().status(), reason, dispatch().bytes(), relay().bytes(),
                context().isGrpc() ? Grpc.status(reason, reason.status()) : -1);
        Client client = context().client();
        if (relay().mayHaveTrailers() && context().isGrpc() && client.isWritable()) {
            LastHttpContent end = Replies.grpcEnd(reason);
            GrpcWeb call = context().draft().grpcWeb();
            client.write(call == null ? end : call.end(end)); // a call is whole only if they say so
            client.exchangeEnded(false, dispatch().isComplete());
            return;
        }
        client.abort(relay().endsByClose());
    }

    final void clientGone() {
        assert context().worker().isHome();
        if (!finished) {
            finish();
            dispatch().drop();
            context().attempts().release(Outcome.UNKNOWN);
            Reason why = context().client().whyGone();
            if (relay().isReplaced()) {
                context().tell(relay().status(), null, dispatch().bytes(), relay().bytes());
                return;
            }
            context().tell(relay().hasBegun() ? relay().status() : why.status(), why, dispatch().bytes(),
                    relay().bytes(), context().isGrpc() ? Grpc.CANCELLED : -1);
        }
    }

    private void finish() {
        finished = true;
        context().worker().deadlines().remove(this);
        if (!context().client().isRefresh()) { // else it is the draft of a request that may go on
            context().draft().abandon();
        }
        dispatch().finish();
        relay().end();
        if (context().cache() != null) {
            context().cache().end();
        }
        BreakerCall breaker = context().breaker();
        if (breaker != null) {
            breaker.end();
        }
        if (breakerLimit() != null) {
            breakerLimit().end();
        }
        if (copy() != null) {
            copy().end();
        }
    }

    /** From here on, bytes pass unchanged. */
    final void switchProtocol(HttpResponse response) {
        TunnelClient client = context().client().tunnelClient();
        if (!(dispatch().upstream() instanceof Http1Upstream to) || client == null
                || !context().head().webSocket()
                || !FastLane.agreesToWebSocket(response) || !isAcceptedFor(client, response)) {
            fail(Reason.BAD_RESPONSE);
            return;
        }
        if (!client.takeTunnel()) {
            fail(Reason.TOO_MANY_TUNNELS);
            return;
        }
        succeeded();
        relay().switching(response, client.switched());
        finish();
        dispatch().leave();
        client.tunnel(new Tunnel(client, context(), to, dispatch().timeouts().send()));
    }

    /** A client of HTTP/2 cannot look itself: it has sent no key. */
    private boolean isAcceptedFor(TunnelClient client, HttpResponse response) {
        return client.switched() == Tunnel.SWITCHED || WebSocketKey.isAccepted(context().request().headers(),
                response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT));
    }

    /** How long the client may refuse to accept what there is for it. */
    final Duration patience() {
        return dispatch().timeouts().send();
    }
}
