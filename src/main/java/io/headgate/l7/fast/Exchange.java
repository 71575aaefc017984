package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.Repeatable;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyLimit;
import io.headgate.l7.route.BreakerCall;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.pool.Attempts;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on the fast lane, from its head to its one end: {@link #complete}, {@link #reply},
 * {@link #cut}, {@link #clientGone}, or as a tunnel. The {@link Dispatch} brings it to a member, the
 * {@link Relay} brings the answer back.
 */
final class Exchange extends ExchangeTimeouts implements UpstreamUser {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final RequestContext context;
    private final Client client;
    private final Dispatch dispatch;
    private final Relay relay;
    private boolean finished;
    private boolean playing;
    private @Nullable BreakerStage breakerLimit;
    private @Nullable MirrorCopy copy;

    Exchange(Client client, Worker worker, FastRoute route, RequestView view, HttpRequest request) {
        RequestHead head = RequestHead.of(request);
        Caching caching = head.webSocket() ? null : route.caching();
        this(new RequestContext(client, worker, route, new RequestDraft(view, route), request, head,
                new Attempts(Repeatable.MAX_ATTEMPTS), worker.now(),
                caching == null ? null : caching.turn()));
    }

    Exchange(RequestContext context) {
        this.context = context;
        this.client = context.client();
        this.dispatch = new Dispatch(this, context);
        this.relay = new Relay(context, dispatch);
    }

    void begin() {
        assert isHome();
        context.worker().deadlines().add(this);
        HopByHop.remove(context.request().headers()); // before edits: clients must not remove them
        RequestTracer tracer = context.worker().services().tracer();
        if (tracer != null) {
            context.draft().trace(tracer.begin(context.request()));
        }
        context.draft().applyCors();
        edit();
    }

    /** Makes the route's changes, and goes to a member if none of them answers or takes its time. */
    private void edit() {
        Reason fault = context.edit();
        if (fault != null) {
            reply(fault);
            return;
        }
        Answer answer = context.draft().answer();
        if (answer != null) {
            if (breaks(answer.status())) {
                return;
            }
            succeeded();
            reply(Replies.answer(answer, !context.head().isHead()),
                    answer.reason() != null || answer.status() < 400
                            ? answer.reason()
                            : Reason.FILTER_REFUSED);
            return;
        }
        Later pending = context.draft().pending();
        if (pending != null) {
            deciding(pending);
            pending.whenDecided(() -> context.worker().loop().execute(() -> decided(pending)));
            return;
        }
        forward();
    }

    /** An edit that took its time has decided. This may be called twice. */
    private void decided(Later decision) {
        try {
            if (!finished && awaits(decision)) {
                decisionMade();
                edit();
                flushAndResume();
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    void flushAndResume() {
        BodyLimit limit = context.draft().bodyLimit(); // which may be younger than what has come
        if (!finished && limit != null && dispatch.bytes() > limit.bytes()) {
            refuse(limit.exceeded());
        }
        if (!finished) {
            dispatch.goOn();
        }
    }

    private void forward() {
        BreakerCall breaker = context.draft().breaker();
        if (breaker != null && breaker.policy().limit() != null && breakerLimit == null) {
            breakerLimit = new BreakerStage(this, breaker);
            breakerLimit.within(breaker.policy().limit());
        }
        ClientConnection connection = client.connection();
        if (context.head().webSocket() && connection != null && !connection.hasRoomForTunnel()) {
            reply(Reason.TOO_MANY_TUNNELS);
            return;
        }
        CacheTurn cache = context.cache();
        if (cache == null) {
            send();
        } else {
            new CacheStage(this, cache).lookUp();
        }
    }

    /** The one of a {@link Refresh}, whose request is made already. */
    void fetch() {
        open();
        if (!finished) {
            dispatch.body(LastHttpContent.EMPTY_LAST_CONTENT);
            dispatch.goOn();
        }
    }

    /** That of a request that is made already; its body may follow. */
    void open() {
        context.worker().deadlines().add(this);
        send();
    }

    /** Answers from the cache. */
    void replay(CachedReply reply) {
        try {
            relay.replay(reply);
            succeeded();
        } catch (IllegalArgumentException e) {
            context.notApplied(" to a stored answer", e);
            reply(Reason.INTERNAL_ERROR);
            return;
        }
        play();
    }

    /** Writing and flushing tell in turn whether the client takes more: that must not begin another round. */
    private void play() {
        if (playing) {
            return;
        }
        playing = true;
        relay.play();
        while (!finished && !relay.isOver()) {
            client.flush();
            if (!client.isWritable()) {
                break;
            }
            relay.play();
        }
        playing = false;
        if (!finished && relay.isOver()) {
            complete();
        } else {
            watch();
        }
    }

    void send() {
        Mirroring rule = context.route().mirroring();
        if (rule != null && !client.isRefresh()) {
            copy = copy(rule);
        }
        context.address();
        if (context.head().expectsContinue() && !RequestHead.expectsContinue(context.request())) {
            relay.goOn(); // the route removes it, so the member will not tell the client to go on
        }
        dispatch.find();
    }

    /** With what has come of the body. */
    private @Nullable MirrorCopy copy(Mirroring rule) {
        HttpRequest request = context.request();
        MirrorCopy made = MirrorCopy.begin(client.origin(), rule, context.head(),
                new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                        request.headers().copy()),
                context.draft().preservesHost());
        if (made != null) {
            dispatch.eachWaiting(part -> made.add(part.content(), part instanceof LastHttpContent));
        }
        return made;
    }

    @Override
    RequestContext context() {
        return context;
    }

    @Override
    Dispatch dispatch() {
        return dispatch;
    }

    @Override
    Relay relay() {
        return relay;
    }

    @Override
    boolean isFinished() {
        return finished;
    }

    private boolean isHome() {
        return context.worker().isHome();
    }

    // What the client sends

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        assert isHome();
        BodyLimit limit = context.draft().bodyLimit();
        if (!content.decoderResult().isSuccess()) {
            content.release();
            fail(Reason.BAD_REQUEST);
        } else if (limit != null && dispatch.bytes() + content.content().readableBytes() > limit.bytes()) {
            content.release();
            refuse(limit.exceeded());
        } else {
            if (copy != null) {
                copy.add(content.content(), content instanceof LastHttpContent);
            }
            dispatch.body(content);
        }
    }

    /** All that had come from the client is read. */
    void flushUpstream() {
        assert isHome();
        if (copy != null) {
            copy.flush();
        }
        dispatch.flush();
    }

    boolean requestComplete() {
        return dispatch.isComplete();
    }

    boolean wantsMore() {
        return dispatch.wantsMore();
    }

    // What the member sends

    @Override
    public void upstreamHead(HttpResponse response) {
        assert isHome() && !finished;
        if (response.decoderResult().isSuccess() && response.status().code() == 101 && !relay.hasBegun()) {
            switchProtocol(response);
            return;
        }
        boolean fresh = !relay.hasBegun();
        if (fresh && (dispatch.repeats(response) || breaks(response))) {
            return;
        }
        Reason fault = relay.head(response);
        if (fault != null) {
            fail(fault);
        } else if (relay.instead() != null) {
            insteadOfMembers(relay.instead());
        } else if (fresh && relay.hasBegun()) {
            dispatch.answered();
            succeeded();
        } else if (fresh) {
            awaitAnew(); // there are few informational answers
        }
    }

    /** Whether the circuit breaker of the route takes this answer for a failure, and answers instead. */
    private boolean breaks(HttpResponse answer) {
        BreakerCall breaker = context.draft().breaker();
        return breaker != null && breaker.fails(answer.status().code()) && ResponseHead.isFinal(answer)
                && new BreakerStage(this, breaker).takes(answer);
    }

    private boolean breaks(int status) {
        BreakerCall breaker = context.draft().breaker();
        return breaker != null && breaker.fails(status) && new BreakerStage(this, breaker).takes(status);
    }

    /** To the circuit breaker of the route, an answer has come. */
    private void succeeded() {
        BreakerCall breaker = context.draft().breaker();
        if (breaker != null) {
            breaker.succeeded();
        }
    }

    /** A stored answer replaces the member's: its 304, whose end comes with it, or its error. */
    private void insteadOfMembers(CachedReply reply) {
        dispatch.answered();
        if (relay.memberStatus() != 304) {
            dispatch.drop();
            memberDone();
            replay(reply);
        }
    }

    @Override
    public void upstreamContent(HttpContent content) {
        assert isHome() && !finished;
        Reason fault = relay.content(content);
        CachedReply instead = relay.instead();
        if (fault != null) {
            fail(fault);
        } else if (instead != null && content instanceof LastHttpContent) {
            memberDone();
            replay(instead);
        } else if (relay.isOver() && !finished) { // this may already have closed the connection
            complete();
        }
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        bytes.release();
        fail(Reason.BAD_RESPONSE);
    }

    @Override
    public void upstreamReadComplete() {
        assert isHome();
        relay.writeHead();
        client.flush();
        clientWritabilityChanged();
    }

    @Override
    public void upstreamWritabilityChanged() {
        watch();
        client.resume();
    }

    /** The member is read as fast as the client accepts the data. */
    void clientWritabilityChanged() {
        if (relay.isReplaying()) {
            play();
            return;
        }
        Upstream from = dispatch.upstream();
        if (from != null && client.isWritable()) {
            from.read();
        }
        watch();
    }

    /** How long the client may refuse to accept what there is for it. */
    Duration patience() {
        return dispatch.timeouts().send();
    }

    // The ends

    @Override
    public void upstreamClosed() {
        assert isHome();
        try {
            if (!finished && (relay.hasBegun() || !dispatch.again())) {
                fail(Reason.UPSTREAM_RESET);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void upstreamBroken() {
        assert isHome();
        try {
            if (!finished) {
                fail(Reason.INTERNAL_ERROR);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        assert isHome();
        try {
            if (relay.hasBegun() || !dispatch.again(reason)) {
                dispatch.leave();
                fail(reason);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /**
     * Headgate's own code has thrown, and nothing else would end the request: the client's connection is
     * closed.
     */
    @Override
    void broken(Throwable cause) {
        LOG.error("Serving {} {} failed", context.head().method(), context.head().target(), cause);
        client.close(); // and its end is that of all that is under way
    }

    private void fail(Reason reason) {
        fail(reason, reason.outcome());
    }

    /** No member is left to try. */
    void refused(Reason reason) {
        if (!dispatch.repeats(reason, reason.outcome())) {
            reply(reason);
        }
    }

    /** The member's connection is closed before its place is given on. */
    @Override
    void fail(Reason reason, Outcome outcome) {
        if (!relay.hasBegun() && dispatch.repeats(reason, outcome)) {
            return;
        }
        dispatch.drop();
        context.attempts().release(outcome);
        if (relay.hasBegun()) {
            cut(reason);
        } else {
            reply(reason);
        }
    }

    /** The route does not want the rest of the request. */
    private void refuse(Answer answer) {
        if (relay.hasBegun()) {
            dispatch.drop();
            context.attempts().release(Outcome.UNKNOWN);
            cut(Reason.FILTER_REFUSED);
        } else {
            reply(Replies.answer(answer, !context.head().isHead()), Reason.FILTER_REFUSED);
        }
    }

    /** The whole answer is on its way. */
    private void complete() {
        finish();
        memberDone();
        context.tell(relay.status(), null, dispatch.bytes(), relay.bytes());
        client.exchangeEnded(context.head().keepAlive() && !relay.endsByClose(), dispatch.isComplete());
    }

    /** The member's answer has ended: its connection is kept, or closed, and its place is given on. */
    private void memberDone() {
        Upstream used = dispatch.leave();
        if (used != null && relay.keepsMember() && dispatch.isComplete() && !dispatch.isAnsweredEarly()) {
            if (relay.isOfLogin()) {
                used.belongTo(client.ownLogins());
            }
            used.loggingIn(relay.isOfLogin() && relay.status() == 401 && dispatch.logsIn());
            used.age().keptFor(relay.keptFor());
            used.park();
        } else if (used != null) {
            used.close();
        }
        context.attempts().release(relay.memberStatus() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
    }

    /** Answers instead of the member: from the cache, if that has something for such a case. */
    void reply(Reason reason) {
        CacheTurn cache = context.cache();
        CachedReply stale = cache == null || reason.status() < 502 ? null : cache.failed();
        if (stale != null) {
            dispatch.drop();
            context.attempts().release(Outcome.UNKNOWN);
            dispatch.finish();
            replay(stale);
            return;
        }
        BreakerCall breaker = context.draft().breaker();
        if (breaker != null && new BreakerStage(this, breaker).takes(reason)) {
            return;
        }
        byte[] text = context.worker().services().problems().body(reason, context.head().target(),
                context.id());
        FullHttpResponse reply = Replies.problem(reason, text, !context.head().isHead());
        Replies.add(reply, context.draft().refusalHeaders());
        reply(reply, reason);
    }

    void reply(FullHttpResponse reply, @Nullable Reason reason) {
        finish();
        dispatch.drop();
        context.attempts().release(Outcome.UNKNOWN);
        RequestHead head = context.head();
        boolean stays = head.keepAlive() && (dispatch.isComplete() || !head.hasBody()) && !client.isLeaving();
        Replies.connection(reply, head, stays);
        context.draft().addToClient(reply.headers());
        context.debug(reply.headers());
        long bytes = reply.content().readableBytes();
        client.write(reply);
        context.tell(reply.status().code(), reason, dispatch.bytes(), bytes);
        client.exchangeEnded(stays, dispatch.isComplete());
    }

    /**
     * The request begins anew, as another. All that has come of its body is here, and nothing was answered.
     */
    void handOver(HttpRequest anew, HandOver told, Reason reason) {
        Queue<HttpContent> body = dispatch.handOver();
        finish();
        dispatch.drop();
        context.attempts().release(Outcome.UNKNOWN);
        RequestTracer.Trace trace = context.draft().trace();
        if (trace != null) {
            trace.ended(reason.status(), reason);
        }
        client.handOver(anew, body, told);
    }

    /** The answer has begun and cannot be finished: the client must not mistake the half for the whole. */
    private void cut(Reason reason) {
        finish();
        dispatch.drop();
        relay.writeHead();
        context.tell(relay.status(), reason, dispatch.bytes(), relay.bytes());
        client.abort(relay.endsByClose());
    }

    void clientGone() {
        assert isHome();
        if (!finished) {
            finish();
            dispatch.drop();
            context.attempts().release(Outcome.UNKNOWN);
            Reason why = client.whyGone();
            context.tell(relay.hasBegun() ? relay.status() : why.status(), why, dispatch.bytes(),
                    relay.bytes());
        }
    }

    private void finish() {
        finished = true;
        context.worker().deadlines().remove(this);
        context.draft().abandon();
        dispatch.finish();
        CacheTurn cache = context.cache();
        if (cache != null) {
            cache.end();
        }
        BreakerCall breaker = context.draft().breaker();
        if (breaker != null) {
            breaker.end();
        }
        if (breakerLimit != null) {
            breakerLimit.end();
        }
        if (copy != null) {
            copy.end();
        }
    }

    /** From here on, bytes pass unchanged. */
    private void switchProtocol(HttpResponse response) {
        ClientConnection connection = client.connection();
        if (!(dispatch.upstream() instanceof Http1Upstream to) || connection == null
                || !context.head().webSocket()
                || !FastLane.agreesToWebSocket(response)) {
            fail(Reason.BAD_RESPONSE);
            return;
        }
        if (!connection.takeTunnel()) {
            fail(Reason.TOO_MANY_TUNNELS);
            return;
        }
        succeeded();
        finish();
        dispatch.leave();
        relay.switching(response);
        connection.tunnel(new Tunnel(connection, context, to, dispatch.timeouts().send()));
    }
}
