package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.cache.Caching;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.BodyLimit;
import io.headgate.l7.route.BreakerCall;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.GrpcWeb;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.pool.Attempts;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * One request on the fast lane, on its way from the client through the stages of its route. The
 * {@link Dispatch} brings it to a member, the {@link Relay} brings the answer back ({@link ExchangeAnswers}),
 * and it ends once ({@link ExchangeEnds}).
 */
final class Exchange extends ExchangeAnswers {

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
        assert context.worker().isHome();
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
        limit();
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

    /** What its circuit breaker's time limit is for begins with it, the filters behind it included. */
    private void limit() {
        BreakerCall breaker = context.breaker();
        if (breaker != null && breaker.policy().limit() != null && breakerLimit == null) {
            breakerLimit = new BreakerStage(this, breaker);
            breakerLimit.within(breaker.policy().limit());
        }
    }

    private void forward() {
        TunnelClient tunnel = context.head().webSocket() ? client.tunnelClient() : null;
        if (tunnel != null && !tunnel.hasRoomForTunnel()) {
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
            copy = MirrorCopy.begin(context, dispatch, rule);
        }
        context.address();
        BodyChange change = context.bodyChange();
        if (change != null) {
            try {
                dispatch.change(change);
            } catch (BodyChange.Failed e) {
                reply(Reason.INTERNAL_ERROR);
                return;
            }
        }
        if (context.head().expectsContinue() && !RequestHead.expectsContinue(context.request())) {
            relay.goOn(); // the route removes it, so the member will not tell the client to go on
        }
        dispatch.find();
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

    @Override
    boolean breaks(HttpResponse answer) {
        BreakerCall breaker = context.breaker();
        int status = answer.status().code();
        return breaker != null && breaker.fails(status) && ResponseHead.isFinal(answer)
                && (context.cache() == null || !context.cache().replaces(status)) // which is no failure then
                && new BreakerStage(this, breaker).takes(answer);
    }

    @Override
    boolean breaks(Reason reason) {
        BreakerCall breaker = context.breaker();
        return breaker != null && new BreakerStage(this, breaker).takes(reason);
    }

    private boolean breaks(int status) {
        BreakerCall breaker = context.breaker();
        return breaker != null && breaker.fails(status) && new BreakerStage(this, breaker).takes(status);
    }

    // What the client sends

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        assert context.worker().isHome();
        GrpcWeb call = context.draft().grpcWeb();
        if (call != null && call.isDecoded() && content.decoderResult().isSuccess()) {
            try {
                take(call.decoded(content));
            } catch (IllegalArgumentException e) {
                fail(Reason.BAD_REQUEST);
            }
        } else {
            take(content);
        }
    }

    private void take(HttpContent content) {
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
            try {
                dispatch.body(content);
            } catch (BodyChange.Failed e) {
                fail(Reason.INTERNAL_ERROR);
            }
        }
    }

    /** All that had come from the client is read. */
    void flushUpstream() {
        assert context.worker().isHome();
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
}
