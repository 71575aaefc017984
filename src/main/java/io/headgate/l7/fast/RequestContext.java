package io.headgate.l7.fast;

import io.headgate.l7.BadTargetException;
import io.headgate.l7.DebugHeader;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Grpc;
import io.headgate.l7.Lane;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.cache.CacheQuestion;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.pages.Told;
import io.headgate.l7.port.Remade;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.BreakerCall;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.GrpcWeb;
import io.headgate.l7.route.RequestDraft;
import io.headgate.pool.Attempts;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, for every class that works on it until its end is reported.
 *
 * @param client where it came from
 * @param worker the event loop that serves it
 * @param route what becomes of it
 * @param draft the request as the route's edits change it
 * @param request the message that goes to the member
 * @param head what the client's head said
 * @param attempts who was asked
 * @param start when it came, in the worker's time
 * @param cache its dealings with the route's cache, null if the route has none
 */
record RequestContext(Client client, Worker worker, FastRoute route, RequestDraft draft, HttpRequest request,
        RequestHead head, Attempts attempts, long start, @Nullable CacheTurn cache) {

    private static final Logger LOG = LoggerFactory.getLogger(RequestContext.class);

    /**
     * Makes the route's changes of the request, up to one that answers it or takes its time. Returns why it
     * is refused: {@code BAD_REQUEST} if the client's data makes something of the changes that no client may
     * send, {@code INTERNAL_ERROR} if the fault is the route's, or an edit's own reason.
     */
    @Nullable
    Reason edit() {
        if (route.requestEdits().isEmpty()) {
            return null;
        }
        try {
            draft.edit();
        } catch (BadTargetException e) {
            return Reason.BAD_REQUEST;
        } catch (IllegalArgumentException e) {
            notApplied("", e);
            return Reason.INTERNAL_ERROR;
        }
        if (draft.refusal() != null || draft.answer() != null || draft.pending() != null) {
            return draft.refusal();
        }
        String target = draft.target();
        request.setUri(target);
        boolean host = !draft.preservesHost()
                || Remade.permitsHost(request.headers().get(HttpHeaderNames.HOST));
        return host && Remade.permits(target) ? null : Reason.BAD_REQUEST;
    }

    /** Writes the head as the member gets it, but for its Host, without which the fast lane takes none. */
    void address() {
        draft.keepHost();
        boolean edited = !route.requestEdits().isEmpty();
        if (edited) { // which may have added such
            HopByHop.remove(request.headers());
        }
        client.forwarded().write(request.headers(), Objects.requireNonNull(draft.received().host()), edited);
        head.frame(request, edited);
        if (head.webSocket() && client.isStream()) {
            WebSocketKey.give(request.headers(), worker.services().random());
        }
        GrpcWeb call = draft.grpcWeb();
        if (call != null && call.isDecoded()) { // to another length
            request.headers().remove(HttpHeaderNames.CONTENT_LENGTH).set(HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderValues.CHUNKED);
        }
        if (bodyChange() != null) { // nobody knows how long the body will be
            request.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    /** What changes the request's body; null for nothing. */
    @Nullable
    BodyChange bodyChange() {
        return head.hasBody() ? draft.bodyChange() : null;
    }

    /** The request as the route's cache sees it, once all edits are made. */
    CacheQuestion question() {
        return new CacheQuestion(route.id(), head.method(),
                Objects.requireNonNull(draft.received().host()).toLowerCase(Locale.ROOT), head.target(),
                draft.target(), request.headers(), head.hasBody(), client.forwarded().isSecure(),
                draft.isPersonal() || client.logins() != null
                        || !client.origin().arrival().certificateHeaders().isEmpty());
    }

    /** Logs that a filter of the route failed. */
    void notApplied(String where, IllegalArgumentException fault) {
        LOG.warn("{} {}: a filter of route {} cannot be applied{}: {}", head.method(), head.target(),
                route.id(), where, fault.getMessage());
    }

    /** Adds the debug header, if it is configured. */
    void debug(HttpHeaders answer) {
        if (worker.services().debugHeader().getAsBoolean()) {
            answer.set(DebugHeader.NAME, DebugHeader.value(Lane.FAST, route.id(), attempts.last()));
        }
    }

    /** Whether it is a call of gRPC, whose client reads the end of a call in its last headers. */
    boolean isGrpc() {
        return (client.isStream() || draft.grpcWeb() != null)
                && Grpc.is(request.headers().get(HttpHeaderNames.CONTENT_TYPE));
    }

    /**
     * The page that the client gets in the place of an answer; null if it gets the answer.
     *
     * @param ofMember whether a member, or the cache for it, has answered
     */
    @Nullable
    ErrorPage page(int status, boolean ofMember) {
        ErrorPages own = route.pages();
        ErrorPages all = ofMember ? ErrorPages.NONE : worker.services().pages().get();
        if (status < 400 || (own == null && all.isEmpty()) || client.isRefresh() || isGrpc()) {
            return null;
        }
        List<String> accept = request.headers().getAll(HttpHeaderNames.ACCEPT);
        ErrorPage page = own == null ? null : own.find(status, ofMember, accept);
        return page == null ? all.find(status, ofMember, accept) : page;
    }

    /** What that page says. */
    byte[] text(ErrorPage page, int status, @Nullable Reason reason) {
        return page.render(Told.of(status, reason, id()));
    }

    /**
     * What the route's circuit breaker has to do with it; null for nothing. A refresh for the cache has the
     * draft of a client's request, and leaves the breaker to that.
     */
    @Nullable
    BreakerCall breaker() {
        return client.isRefresh() ? null : draft.breaker();
    }

    /** The request's identifier; null if requests have none. */
    @Nullable
    String id() {
        return client.forwarded().identifies() ? request.headers().get(Forwarding.REQUEST_ID) : null;
    }

    /** Tells of its end. */
    void tell(int status, @Nullable Reason reason, long bytesIn, long bytesOut) {
        tell(status, reason, bytesIn, bytesOut, -1);
    }

    /** @param grpcStatus how a call of gRPC ended, -1 for none */
    void tell(int status, @Nullable Reason reason, long bytesIn, long bytesOut, int grpcStatus) {
        RequestTracer.Trace trace = client.trace(draft);
        if (trace != null) {
            trace.ended(status, reason);
        }
        client.told(reason);
        if (client.isRefresh()) {
            return; // no client's request: the pool counts it
        }
        worker.services().listener()
                .served(new ServedRequest(client.forwarded().written(draft.client()), head.method(),
                        head.target(), status,
                        reason,
                        Lane.FAST, route.id(), attempts.last(), attempts.count(), bytesIn, bytesOut,
                        worker.now() - start, null, client.origin().arrival().listener(), draft.user(), id(),
                        attempts,
                        cache == null ? null : cache.use(), grpcStatus));
    }
}
