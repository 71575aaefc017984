package io.headgate.l7.fast;

import io.headgate.l7.RequestTracer;
import io.headgate.l7.route.BodyChange;
import io.headgate.pool.Outcome;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Dispatch} sends: head and body of the request, on the connection that the search has found.
 * It is a base of Dispatch instead of a part of it for the same reason as {@link MemberSearch}.
 */
abstract class Sending extends MemberSearch {

    final RequestBody body = new RequestBody();
    private @Nullable Upstream upstream;
    private boolean unflushed;
    private long sentAt;

    Sending(Exchange exchange, RequestContext context) {
        super(exchange, context);
    }

    /** What has come goes to another member, or to a fallback, if there is room to keep all of it. */
    final void keepBody() {
        RequestHead head = context.head();
        KeptBody kept = head.hasBody() && !body.isKept()
                ? KeptBody.of(head, context.worker().services().kept())
                : null;
        if (kept != null) {
            body.keep(kept);
        }
    }

    @Override
    final void goOn() {
        flush();
        context.client().resume();
    }

    @Override
    final void send(Upstream to) {
        upstream = to;
        to.attach(exchange);
        if (!context.client().isRefresh() && logsIn()) {
            to.belongTo(context.client().ownLogins());
        }
        exchange.awaitAnew();
        setHost(context.request().headers(), to);
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

    /** The client's host if the route preserves it, otherwise the member's. */
    final void setHost(HttpHeaders headers, Upstream to) {
        String host = context.draft().preservesHost() ? context.draft().clientHost() : null;
        headers.set(HttpHeaderNames.HOST, host != null ? host : to.authority());
    }

    /** The request has been sent on this connection, by another attempt than the one that is replaced. */
    final void wasSent(Upstream to, long sent) {
        upstream = to;
        sentAt = sent;
    }

    /** How long ago the request was sent, in nanoseconds. */
    final long sinceSent() {
        return context.worker().now() - sentAt;
    }

    /** The route changes the body. */
    final void change(BodyChange by) {
        body.change(by);
    }

    /** A part of the request's body, or its end. */
    final void body(HttpContent content) {
        body.add(content, upstream);
        unflushed = upstream != null;
    }

    /** Sends what was written for the member; called once for all that was read. */
    final void flush() {
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
    final boolean wantsMore() {
        Upstream to = upstream;
        return body.isComplete() || (to == null ? !body.isWaiting() : to.isWritable());
    }

    /** Whether all that has come of the request is still here. */
    final boolean isWhole() {
        return body.isWhole() || !context.head().hasBody();
    }

    /** Whether all of the request has come from the client. */
    final boolean isComplete() {
        return body.isComplete();
    }

    final long bytes() {
        return body.bytes();
    }

    /** What has come of the body and waits for a member. */
    final void eachWaiting(Consumer<HttpContent> action) {
        body.eachWaiting(action);
    }

    /** What has come of the body, for whoever takes the request over. It is whole. */
    final HandedBody handOver() {
        return body.handOver();
    }

    /** The connection that is in use; the caller parks or closes it. */
    final @Nullable Upstream leave() {
        Upstream used = upstream;
        upstream = null;
        unflushed = false;
        return used;
    }

    /** Closes the connection that is in use. */
    final void drop() {
        Upstream used = leave();
        if (used != null) {
            used.close();
        }
    }

    final @Nullable Upstream upstream() {
        return upstream;
    }

    /** What the end of a connection without an answer says about its member. */
    static Outcome blame(Upstream gone) {
        return gone.isUnprocessed() || (gone.isReused() && !gone.isHeard()) ? Outcome.UNKNOWN : Outcome.RESET;
    }

    /** What an answer says about its member. */
    static Outcome outcome(HttpResponse answer) {
        return answer.status().code() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK;
    }
}
