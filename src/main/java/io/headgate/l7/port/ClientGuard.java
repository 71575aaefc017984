package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.ClientRule;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
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
 * Stands between the HTTP/1.1 codec and both lanes of one client connection and enforces
 * {@link ClientLimits}. What it refuses it answers itself, with a reason, and closes; nothing of it reaches a
 * lane.
 */
final class ClientGuard extends ChannelDuplexHandler {

    private static final int SWITCHING = 101;
    private static final Violation EARLY = Violation.of(ClientRule.SYNTAX,
            "something was sent behind a WebSocket handshake before it was answered");

    private final Port port;
    private final ClientLimits limits;
    private final RequestRules rules;
    private final Ticker ticker;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Deadline deadline;
    /** Requests whose head has come and whose answer has not been written whole. */
    private int unanswered;
    /** Part of a request has come, but not its whole head. */
    private boolean inHead;
    private boolean sawBytes;
    private boolean inBody;
    /** A lane has the current request, and will tell of its end. */
    private boolean passedOn;
    private boolean answering;
    private boolean refused;
    /** The client has said that it sends no other request. */
    private boolean last;
    /** The answer under way says that the connection closes after it, because Headgate is shutting down. */
    private boolean closes;
    /** Another request has come behind that answer: it is not read. */
    private boolean ended;
    private boolean upgraded;
    private long bodyBytes;
    private @Nullable HttpRequest current;
    /** Why the last request is refused, while answers to those before it are still to come. */
    private @Nullable Violation waiting;

    ClientGuard(Port port, ClientLimits limits, RequestRules rules, Ticker ticker) {
        this.rules = rules;
        this.port = port;
        this.limits = limits;
        this.ticker = ticker;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        deadline = new Deadline(context.channel().eventLoop(), ticker, this::late);
        deadline.in(limits.headerTimeout());
        inHead = true; // a new connection's time starts at once
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.end();
        }
    }

    void bytesCame() {
        sawBytes = true;
        if (deadline != null && !inHead && !inBody && !upgraded) {
            inHead = true;
            deadline.in(limits.headerTimeout());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        ended |= closes && msg instanceof HttpRequest;
        if (refused || ended || waiting != null) {
            ReferenceCountUtil.release(msg);
            return;
        }
        if (msg instanceof HttpRequest request && !accept(request)) {
            ReferenceCountUtil.release(msg);
            return;
        }
        if (msg instanceof HttpContent content && !accept(content)) {
            ReferenceCountUtil.release(msg);
            return;
        }
        context.fireChannelRead(msg);
    }

    private boolean accept(HttpRequest request) {
        Violation bad = rules.violation(request);
        if (bad != null && rules.serves(bad)) {
            report(bad);
            bad = null;
        }
        if (last && bad != null) {
            ended = true; // behind the last request nobody waits for an answer
            return false;
        }
        if (bad == null && Memory.PROCESS.isSpent()) {
            bad = Violation.of(Reason.MEMORY_SHORT);
        }
        last = !HttpUtil.isKeepAlive(request);
        current = request;
        passedOn = false;
        inHead = false;
        inBody = true;
        bodyBytes = 0;
        unanswered++;
        if (bad != null) {
            return refuse(bad);
        }
        if (limits.maxBodySize() > 0 && HttpUtil.getContentLength(request, 0L) > limits.maxBodySize()) {
            return refuse(Reason.BODY_TOO_LARGE);
        }
        if (ctx != null) {
            ForwardedNames.drop(request.headers(), ctx.channel(), port.forwarding());
        }
        awaitBody();
        passedOn = true;
        return true;
    }

    private void report(Violation violation) {
        if (ctx != null) {
            port.reports().tolerated(ctx.channel(), violation);
        }
    }

    private boolean accept(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            return refuse(Reason.BAD_REQUEST);
        }
        bodyBytes += content.content().readableBytes();
        if (limits.maxBodySize() > 0 && bodyBytes > limits.maxBodySize()) {
            return refuse(Reason.BODY_TOO_LARGE);
        }
        if (content instanceof LastHttpContent) {
            inBody = false;
            // where the answer came before the request's end, this is the end of both
            if (deadline != null && unanswered == 0 && !upgraded) {
                deadline.in(limits.idleTimeout());
            } else if (deadline != null) {
                deadline.clear();
            }
        }
        return true;
    }

    /**
     * Whoever asks for bytes waits for the client; whoever does not makes the client wait, and that is not
     * the client's fault.
     */
    @Override
    public void read(ChannelHandlerContext context) {
        if (inBody) {
            awaitBody();
        }
        context.read();
    }

    private void awaitBody() {
        if (deadline != null && inBody) {
            deadline.in(limits.bodyTimeout());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (deadline != null && inBody) {
            deadline.clear();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object msg, ChannelPromise promise) {
        if (refused && !(msg instanceof Refusal)) {
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
            answering(response);
        }
        if (msg instanceof LastHttpContent && answering) {
            answered();
            if (closes) { // nobody behind this handler knows of it
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
     * What a client sends behind its handshake, and before it is answered, has been read as HTTP (RFC 6455,
     * 4.1 has it wait): it can no longer be passed on as what it was, and must not get lost.
     */
    private boolean hasMoreThanTheHandshake() {
        return waiting != null || ended || unanswered > 1;
    }

    private void answering(HttpResponse response) {
        int status = response.status().code();
        if (status == SWITCHING) {
            upgraded = true;
            if (deadline != null) {
                deadline.clear();
            }
        } else if (status >= 200) {
            answering = true;
            if (port.isDraining() && unanswered == 1) { // what was pipelined behind it is answered first
                HttpUtil.setKeepAlive(response, false);
                closes = true;
            }
        }
    }

    private void answered() {
        answering = false;
        unanswered--;
        if (unanswered == 0 && !inBody && !inHead && !upgraded && deadline != null) {
            deadline.in(limits.idleTimeout());
        }
    }

    private void late() {
        if (ctx == null || deadline == null) {
            return;
        }
        if (inBody) {
            refuse(Reason.BODY_TIMEOUT);
        } else if (unanswered > 0) {
            deadline.in(limits.headerTimeout()); // the next request is late, but its turn has not come
        } else if (inHead && sawBytes) {
            current = null; // what is known is the request before, which has had its answer
            passedOn = false;
            refuse(Reason.HEADER_TIMEOUT);
        } else {
            ctx.close();
        }
    }

    private boolean refuse(Reason reason) {
        return refuse(Violation.of(reason));
    }

    /** Answers, unless an answer is on its way already, and closes. */
    private boolean refuse(Violation violation) {
        ChannelHandlerContext context = ctx;
        if (context == null || refused || waiting != null) {
            return false;
        }
        if (deadline != null) {
            deadline.end();
        }
        if (!passedOn) {
            port.reports().refused(context.channel(), current, violation, bodyBytes);
        }
        if (unanswered > 1) { // also where all of the answer before is out but its end
            waiting = violation;
        } else if (!answering && unanswered == (inHead ? 0 : 1)) {
            answerWith(violation, context);
        } else {
            refused = true;
            Refused.because(context.channel(), violation.reason());
            if (unanswered == 0) { // it has its answer, and may not have read it
                Lingering.close(context);
            } else { // an answer is under way: there is no place for ours
                context.close();
            }
        }
        return false;
    }

    private void answerWith(Violation violation, ChannelHandlerContext context) {
        refused = true;
        if (passedOn) {
            Refused.because(context.channel(), violation.reason());
        }
        context.writeAndFlush(new Refusal(violation)).addListener(written -> Lingering.close(context));
    }
}
