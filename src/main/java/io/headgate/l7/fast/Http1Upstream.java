package io.headgate.l7.fast;

import io.headgate.net.LastSent;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/1.1 to a member, in use by one exchange or idle. It reads as fast as the exchange's
 * client accepts the answer. While idle it keeps reading, so that a close is noticed at once.
 *
 * <p>
 * An answer goes to its own user or to nobody. {@link MemberCodec} knows whose request was encoded last; an
 * answer that comes while another user has the connection, or before the request is encoded, ends the
 * connection. An exception in a codec or handler ends it too, and the exchange of its user.
 */
@SuppressWarnings({"FutureReturnValueIgnored", // channelInactive tells what any of them could
        "ReferenceEquality"}) // users are who they are
final class Http1Upstream extends UpstreamHandler implements MemberConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Http1Upstream.class);

    private final UpstreamAge age;
    private int used;
    private boolean reading;
    private boolean parked;
    /** Its user is in the middle of a call to it, which must return before the user hears of a failure. */
    private boolean called;
    /** It takes no more: what it has sent before is still read, to the connection's end. */
    private boolean deaf;
    private @Nullable MemberCodec http;
    private @Nullable UpstreamUser user;
    /** It has left HTTP: what comes are bytes. */
    private boolean raw;
    /** Whose login holds for it: nobody else is served by it. */
    private @Nullable OwnUpstreams owner;
    private boolean loggingIn;

    Http1Upstream(Worker worker, UpstreamTarget target) {
        super(worker, target);
        this.age = new UpstreamAge(worker.now());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        super.handlerAdded(ctx);
        http = ctx.pipeline().get(MemberCodec.class);
        worker.opened(this);
        counts().opened();
    }

    /** In the worker's time. */
    long now() {
        return worker.now();
    }

    @Override
    public UpstreamAge age() {
        return age;
    }

    @Override
    public long lastSent() {
        return LastSent.millisAgo(channel());
    }

    @Override
    public boolean hasTakenAll() {
        ChannelOutboundBuffer written = channel().unsafe().outboundBuffer();
        return written != null && written.totalPendingWriteBytes() == 0;
    }

    @Override
    public boolean isHeard() {
        return http().isHeard();
    }

    @Override
    public void belongTo(OwnUpstreams client) {
        owner = client;
    }

    @Override
    public void loggingIn(boolean refused) {
        loggingIn = refused;
    }

    boolean isLoggingIn() {
        return loggingIn;
    }

    @Override
    public boolean isReused() {
        return used > 1;
    }

    /** Whether the next request may go out on it: nobody has it, and nothing is owed in either direction. */
    boolean isIdle() {
        return user == null && !reading && !deaf && http().isAtRest();
    }

    @Override
    public void attach(UpstreamUser next) {
        assert worker.isHome() : "another thread";
        assert isIdle() : "not idle: " + this;
        user = next;
        used++;
        http().serves();
        context().read();
    }

    /**
     * Goes back among the idle ones, but not before all that has been read is dealt with: what comes behind
     * an answer must not be taken for the next one.
     */
    @Override
    public void park() {
        assert worker.isHome() : "another thread";
        user = null;
        http().answered();
        if (reading) {
            parked = true;
        } else {
            lieIdle();
        }
    }

    private MemberCodec http() {
        return Objects.requireNonNull(http);
    }

    private void lieIdle() {
        if (deaf || !http().isAtRest()) {
            context().close(); // or it has begun something that nobody asked for
            return;
        }
        assert isIdle() : "not idle: " + this;
        if (owner == null) {
            worker.idle().put(this);
        } else {
            owner.put(this);
        }
        if (isOpen()) {
            context().read();
        }
    }

    /** HTTP ends on this connection; what comes and goes from now on are bytes. */
    void tunnel(UpstreamUser next) {
        user = next;
        raw = true;
    }

    /** Writes these bytes. */
    RawUpstream raw() {
        return new RawUpstream(context().pipeline().context(MemberCodec.class));
    }

    @Override
    public void close() {
        user = null;
        Channel channel = channel();
        context().close();
        if (channel.isOpen()) { // TLS would wait until the member takes its last word
            channel.unsafe().close(channel.voidPromise());
        }
    }

    @Override
    public void evict(Reason reason) {
        UpstreamUser now = user;
        close();
        if (now != null) {
            now.upstreamEvicted(reason);
        }
    }

    @Override
    public void write(Object message) {
        assert worker.isHome() : "another thread";
        if (message instanceof HttpRequest request) {
            http().asks(request.method(), user);
        }
        called = true;
        context().write(message, context().voidPromise());
        called = false;
    }

    @Override
    public void flush() {
        called = true;
        context().flush();
        called = false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        UpstreamUser now = user;
        if (deaf && !isOpen()) {
            ReferenceCountUtil.release(message); // the codec's end of an answer that may have been cut off
            return;
        }
        if (now == null) {
            ReferenceCountUtil.release(message);
            parked = false;
            ctx.close(); // it talks without having been asked
            return;
        }
        if (now != http().asker() && !raw) {
            ReferenceCountUtil.release(message);
            unasked(ctx, now);
            return;
        }
        if (message instanceof HttpResponse head) {
            now.upstreamHead(head);
            if (message instanceof HttpContent content && user == now) {
                now.upstreamContent(content);
            }
        } else if (message instanceof HttpContent content) {
            now.upstreamContent(content);
        } else if (message instanceof ByteBuf bytes) {
            now.upstreamBytes(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * The member sends data before its user's request was sent: it is an answer to no request, or to another
     * one.
     */
    private void unasked(ChannelHandlerContext ctx, UpstreamUser now) {
        user = null;
        ctx.close();
        if (http().asker() == null) {
            now.upstreamClosed();
        } else {
            LOG.error("A connection to {} carries the answer to another request", key());
            now.upstreamBroken();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        UpstreamUser now = user;
        if (now != null) {
            now.upstreamReadComplete();
        } else if (parked && AnswerReads.isOpen(ctx.channel().unsafe().recvBufAllocHandle())) {
            ctx.close(); // something may lie behind the answer
        } else if (parked) {
            parked = false;
            lieIdle();
        } else if (http().isAtRest()) {
            ctx.read();
        } else {
            ctx.close(); // as in lieIdle
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamUser now = user;
        if (now != null) {
            now.upstreamWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        worker.closed(this);
        UpstreamUser now = user;
        user = null;
        if (now != null) {
            now.upstreamClosed();
        } else if (owner != null) {
            owner.remove(this);
        } else {
            worker.idle().remove(this);
        }
    }

    /** TLS ends before TCP does; where it ends without a word, what was read may have been cut off. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent end) {
            if (end.isSuccess()) {
                ctx.close();
            } else {
                lost(ctx);
            }
        }
    }

    /** A failed write ends the output, and is told once it has. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isOpen() && ctx.channel().unsafe().outboundBuffer() == null) {
            deaf = true;
            if (user == null) {
                ctx.close();
            } else {
                user.upstreamWritabilityChanged();
            }
            return;
        }
        UpstreamUser now = user;
        user = null; // closing makes the codec end an answer without a length: nobody must take it for whole
        ctx.close();
        boolean broken = !(cause instanceof IOException) && !(cause.getCause() instanceof IOException);
        if (now == null) {
            return;
        }
        if (Shortage.isCauseOf(cause)) {
            Shortage.report(cause);
        } else if (broken) {
            LOG.error("A connection to {} failed", key(), cause);
        }
        if (called) {
            ctx.executor().execute(() -> tell(now, broken));
        } else {
            tell(now, broken);
        }
    }

    private static void tell(UpstreamUser user, boolean broken) {
        if (broken) {
            user.upstreamBroken();
        } else {
            user.upstreamClosed();
        }
    }

    private void lost(ChannelHandlerContext ctx) {
        UpstreamUser now = user;
        user = null; // as in exceptionCaught
        ctx.close();
        if (now != null) {
            now.upstreamClosed();
        }
    }

    @Override
    public String toString() {
        return key() + " " + http + (user == null ? "" : " in use") + (reading ? " reading" : "")
                + (deaf ? " deaf" : "");
    }
}
