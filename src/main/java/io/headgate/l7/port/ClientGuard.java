package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.ClientRule;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/**
 * Holds one HTTP/1.1 connection to the rules and limits of its port, before both lanes. What it refuses it
 * answers itself, with a reason, and closes the connection; nothing of it reaches a lane.
 *
 * <p>
 * Its state is three answers: where the client is in what it sends ({@link Inbound}), where we are in what is
 * answered ({@link Outbound}), and what becomes of the next request ({@link Next}).
 */
final class ClientGuard extends RequestGuard {

    private static final int SWITCHING = 101;
    /** Each request that waits for its turn takes half a kilobyte of the heap, and the client 26 bytes. */
    private static final int MOST_AHEAD = 100;
    private static final Violation EARLY = Violation.of(ClientRule.SYNTAX,
            "something was sent behind a WebSocket handshake before it was answered");

    private enum Inbound {
        /** Nothing has come on a new connection. The time for the first head runs already. */
        NEW,
        /** The client has sent the last request to its end. */
        BETWEEN,
        /** Part of a head has come. */
        HEAD,
        /** A head has come, and its body is to come. */
        BODY,
        /** The bytes are another protocol's. */
        UPGRADED
    }

    private enum Outbound {
        BETWEEN,
        /** Part of a final answer has been written. */
        ANSWERING,
        /** The same, and the connection closes after it because its port wants that. */
        CLOSING,
        /** That answer has been written. */
        CLOSED
    }

    private enum Next {
        SERVED,
        /** Served, unless it is bad: the client has said that it sends no more, and awaits no answer. */
        UNEXPECTED,
        /** Dropped unread: an answer before it is the last one. */
        DROPPED,
        /** Dropped like everything else, in both directions: the connection is being closed. */
        REFUSED
    }

    private final Ticker ticker;
    private final IdleTime idle;
    private @Nullable ChannelHandlerContext ctx;
    /** For a head, a body or the next request, whichever is awaited. */
    private @Nullable Deadline deadline;
    private Inbound inbound = Inbound.NEW;
    private Outbound outbound = Outbound.BETWEEN;
    private Next next = Next.SERVED;
    /** Requests whose head has come and whose answer has not been written whole. */
    private int unanswered;
    /** The client has sent too many requests ahead: those that it has sent up to then are answered. */
    private boolean closing;
    /** A lane has the current request, and reports its end. */
    private boolean passedOn;
    private @Nullable HttpRequest current;
    /** Why the last request is refused, while answers to those before it are still to come. */
    private @Nullable Violation waiting;

    ClientGuard(Port port, ClientLimits limits, RequestRules rules, Ticker ticker) {
        super(port, limits, rules);
        this.ticker = ticker;
        this.idle = new IdleTime(port, limits.idleTimeout(), limits.maxConnections(), ticker);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        deadline = new Deadline(context.channel().eventLoop(), ticker, this::late);
        deadline.in(limits.headerTimeout());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.end();
        }
    }

    @Override
    @Nullable
    Deadline bodyDeadline() {
        return inbound == Inbound.BODY ? deadline : null;
    }

    // What the client sends

    void bytesCame() {
        if (inbound == Inbound.HEAD && unanswered == 0 && port.resources().isHeapGone()) {
            refuseHead(Reason.MEMORY_SHORT); // it lies on the heap until it is whole
        } else if (inbound == Inbound.BETWEEN && deadline != null) {
            inbound = Inbound.HEAD;
            deadline.in(limits.headerTimeout());
        } else if (inbound == Inbound.NEW) {
            inbound = Inbound.HEAD;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        if ((outbound == Outbound.CLOSING || outbound == Outbound.CLOSED) && msg instanceof HttpRequest
                && next != Next.REFUSED) {
            next = Next.DROPPED;
        }
        if (unanswered >= MOST_AHEAD && msg instanceof HttpRequest && next == Next.SERVED) {
            next = Next.DROPPED;
            closing = true;
        }
        if (next == Next.REFUSED || next == Next.DROPPED
                || (msg instanceof HttpRequest request && !accept(context, request))
                || (msg instanceof HttpContent content && !accept(content))) {
            ReferenceCountUtil.release(msg);
            return;
        }
        context.fireChannelRead(msg);
    }

    /**
     * Netty's codec takes no more from a client that sends still more ahead, and closes with the next answer.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (closing && cause instanceof DecoderException) {
            Refused.because(context.channel(), Reason.BAD_REQUEST);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private boolean accept(ChannelHandlerContext context, HttpRequest request) {
        Violation bad = unlessTolerated(rules.refusal(request), context.channel());
        if (bad != null && next == Next.UNEXPECTED) {
            next = Next.DROPPED;
            return false;
        }
        if (bad == null) {
            rules.normalise(request);
            bad = beyondLimits(request);
        }
        next = HttpUtil.isKeepAlive(request) ? Next.SERVED : Next.UNEXPECTED;
        inbound = Inbound.BODY;
        unanswered++;
        bodyBytes = 0;
        current = request;
        passedOn = false;
        if (bad != null) {
            return refuse(bad);
        }
        ForwardedNames.drop(request.headers(), context.channel(), port.forwarding());
        RequestIds.give(request.headers(), context.channel(), port.forwarding());
        if (deadline != null) {
            deadline.in(limits.bodyTimeout());
        }
        passedOn = true;
        return true;
    }

    private boolean accept(HttpContent content) {
        Violation bad = content.decoderResult().isFailure()
                ? Violation.of(Reason.BAD_REQUEST)
                : beyondLimits(content);
        if (bad != null) {
            return refuse(bad);
        }
        if (content instanceof LastHttpContent) {
            requestEnded();
        }
        return true;
    }

    private void requestEnded() {
        if (inbound == Inbound.BODY) {
            inbound = Inbound.BETWEEN;
        }
        if (deadline == null) {
            return;
        }
        if (unanswered == 0 && inbound == Inbound.BETWEEN) { // the answer came first: this ends both
            idle.begin(deadline);
        } else {
            deadline.clear();
        }
    }

    // What is answered

    @Override
    public void write(ChannelHandlerContext context, Object msg, ChannelPromise promise) {
        if (next == Next.REFUSED && !(msg instanceof Refusal)) {
            ReferenceCountUtil.release(msg);
            promise.tryFailure(new AbortedException("the request was refused"));
            return;
        }
        if (msg instanceof HttpResponse response) {
            if (response.status().code() == SWITCHING && hasMoreThanTheHandshake()) {
                ReferenceCountUtil.release(msg);
                Refused.because(context.channel(), Reason.BAD_REQUEST);
                promise.tryFailure(new AbortedException("the client did not wait for the other protocol"));
                answerWith(EARLY, context);
                return;
            }
            strictTransport(response, context.channel());
            answering(response);
        }
        if (msg instanceof LastHttpContent
                && (outbound == Outbound.ANSWERING || outbound == Outbound.CLOSING)) {
            answered();
            if (outbound == Outbound.CLOSED) { // the lane behind does not know that the connection closes
                context.write(msg, promise.unvoid()).addListener(written -> Lingering.close(context));
                return;
            }
            if (waiting != null && unanswered == 1) {
                context.write(msg, promise);
                answerWith(waiting, context);
                return;
            }
        }
        context.write(msg, promise);
    }

    /**
     * What a client sends after its handshake, before it is answered, has been decoded as HTTP already (RFC
     * 6455, 4.1 has it wait): it can no longer be passed on as it was sent, and must not get lost.
     */
    private boolean hasMoreThanTheHandshake() {
        return next == Next.DROPPED || unanswered > 1;
    }

    private void answering(HttpResponse response) {
        int status = response.status().code();
        if (status == SWITCHING) {
            inbound = Inbound.UPGRADED;
            if (deadline != null) {
                deadline.clear();
            }
        } else if (status >= 200) {
            if ((closing || port.closesConnections()) && unanswered == 1) { // pipelined requests are answered
                                                                            // first
                HttpUtil.setKeepAlive(response, false);
                outbound = Outbound.CLOSING;
            } else if (outbound == Outbound.BETWEEN) {
                outbound = Outbound.ANSWERING;
            }
        }
    }

    private void answered() {
        outbound = outbound == Outbound.CLOSING ? Outbound.CLOSED : Outbound.BETWEEN;
        unanswered--;
        if (unanswered == 0 && inbound == Inbound.BETWEEN && deadline != null) {
            idle.begin(deadline);
        }
    }

    // Refusals

    private void late() {
        if (ctx == null || deadline == null) {
            return;
        }
        if (inbound == Inbound.BODY) {
            refuse(Violation.of(Reason.BODY_TIMEOUT));
        } else if (unanswered > 0) {
            deadline.in(limits.headerTimeout()); // the next request is late, but its turn has not come
        } else if (inbound == Inbound.HEAD) {
            refuseHead(Reason.HEADER_TIMEOUT);
        } else if (inbound == Inbound.NEW || idle.isOver(deadline)) {
            ctx.close();
        }
    }

    /** What has come of a head is all that is known of the request. */
    private void refuseHead(Reason reason) {
        current = null; // that is the request before, which has had its answer
        bodyBytes = 0;
        passedOn = false;
        refuse(Violation.of(reason));
    }

    /** Answers, unless an answer is being written already, and closes. Always false. */
    private boolean refuse(Violation violation) {
        ChannelHandlerContext context = ctx;
        if (context == null || next == Next.REFUSED || waiting != null) {
            return false;
        }
        if (deadline != null) {
            deadline.end();
        }
        if (!passedOn) {
            port.reports().refused(context.channel(), current, violation, bodyBytes);
        }
        if (unanswered > 1) { // even when only the end of the answer before is missing
            waiting = violation;
            next = Next.DROPPED;
        } else if (outbound == Outbound.BETWEEN && unanswered == (inbound == Inbound.HEAD ? 0 : 1)) {
            answerWith(violation, context);
        } else {
            next = Next.REFUSED;
            Refused.because(context.channel(), violation.reason());
            if (unanswered == 0) { // the request has its answer, and the client may not have read it
                Lingering.close(context);
            } else { // an answer is being written: there is no place for ours
                context.close();
            }
        }
        return false;
    }

    private void answerWith(Violation violation, ChannelHandlerContext context) {
        next = Next.REFUSED;
        if (passedOn) {
            Refused.because(context.channel(), violation.reason());
        }
        Refusal refusal = new Refusal(violation);
        strictTransport(refusal, context.channel());
        context.writeAndFlush(refusal).addListener(written -> Lingering.close(context));
    }
}
