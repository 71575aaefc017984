package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.headgate.l7.RequestTracer;
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
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * One request on the fast lane, from its head to its one end ({@link ExchangeEnds}), or as a tunnel. The
 * {@link Dispatch} brings it to a member, the {@link Relay} brings the answer back.
 */
final class Exchange extends ExchangeEnds implements UpstreamUser {

    private final RequestContext context;
    private final Client client;
    private final Dispatch dispatch;
    private final Relay relay;
    private final @Nullable CacheStage cached;
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
        this.cached = context.cache() == null ? null : new CacheStage(this, context.cache());
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
            if (!isFinished() && awaits(decision)) {
                decisionMade();
                edit();
                flushAndResume();
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    void flushAndResume() {
        if (copy != null) {
            copy.flush();
        }
        BodyLimit limit = context.draft().bodyLimit(); // which may be younger than what has come
        if (!isFinished() && limit != null && dispatch.bytes() > limit.bytes()) {
            refuse(limit.exceeded());
        }
        if (!isFinished()) {
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
        if (cached == null) {
            send();
        } else {
            cached.lookUp();
        }
    }

    /** The one of a {@link Refresh}, whose request is made already. */
    void fetch() {
        open();
        if (!isFinished()) {
            dispatch.body(LastHttpContent.EMPTY_LAST_CONTENT);
            dispatch.goOn();
        }
    }

    /** That of a request that is made already; its body may follow. */
    void open() {
        context.worker().deadlines().add(this);
        send();
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
    @Nullable
    CacheStage cached() {
        return cached;
    }

    @Override
    @Nullable
    MirrorCopy copy() {
        return copy;
    }

    @Override
    @Nullable
    BreakerStage breakerLimit() {
        return breakerLimit;
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
        assert isHome() && !isFinished();
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
        } else if (cached != null && relay.instead() != null) {
            cached.insteadOfMembers(relay.instead());
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
        int status = answer.status().code();
        return breaker != null && breaker.fails(status) && ResponseHead.isFinal(answer)
                && (context.cache() == null || !context.cache().replaces(status)) // which is no failure then
                && new BreakerStage(this, breaker).takes(answer);
    }

    @Override
    boolean breaks(Reason reason) {
        BreakerCall breaker = context.draft().breaker();
        return breaker != null && new BreakerStage(this, breaker).takes(reason);
    }

    private boolean breaks(int status) {
        BreakerCall breaker = context.draft().breaker();
        return breaker != null && breaker.fails(status) && new BreakerStage(this, breaker).takes(status);
    }

    @Override
    public void upstreamContent(HttpContent content) {
        assert isHome() && !isFinished();
        Reason fault = relay.content(content);
        boolean replaced = relay.instead() != null;
        if (fault != null) {
            fail(fault);
        } else if (cached != null && replaced && content instanceof LastHttpContent) {
            cached.membersAnswerEnded();
        } else if (relay.isOver() && !isFinished()) { // this may already have closed the connection
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
        relay.flush();
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
        if (cached != null && relay.isReplaying()) {
            cached.play();
            return;
        }
        Upstream from = dispatch.upstream();
        if (from != null && client.isWritable()) {
            from.read();
        }
        watch();
    }

    @Override
    public void upstreamClosed() {
        assert isHome();
        try {
            if (!isFinished() && (relay.hasBegun() || !dispatch.again())) {
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
            if (!isFinished()) {
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
}
