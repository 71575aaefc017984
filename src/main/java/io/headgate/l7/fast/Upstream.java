package io.headgate.l7.fast;

import io.headgate.net.LastSent;
import io.headgate.net.Memory;
import io.headgate.net.Shortage;
import io.headgate.pool.Address;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a member: at work for one exchange, or idle. It reads as fast as its exchange's client
 * takes; while idle it keeps reading, so that a close is seen at once.
 */
@SuppressWarnings({"FutureReturnValueIgnored", // channelInactive tells what any of them could
        "ReferenceEquality"}) // users are who they are
final class Upstream extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    private final Worker worker;
    private final Object key;
    private final @Nullable MemberTls tls;
    private final AsciiString authority;
    private final long bornAt;
    private long idleSince;
    private int used;
    private boolean reading;
    private boolean parked;
    /** It takes no more: what it has sent before is still read, to the connection's end. */
    private boolean deaf;
    private @Nullable ChannelHandlerContext context;
    private @Nullable MemberCodec http;
    private @Nullable ChannelHandlerContext codec;
    private @Nullable UpstreamUser user;
    /** Whose login holds for it: nobody else is served by it. */
    private @Nullable OwnUpstreams owner;
    private boolean loggingIn;

    Upstream(Worker worker, Object key, @Nullable MemberTls tls, Address address) {
        this.worker = worker;
        this.key = key;
        this.tls = tls;
        this.authority = AsciiString.of(authority(address, tls != null));
        this.bornAt = worker.now();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        http = ctx.pipeline().get(MemberCodec.class);
        worker.opened(this);
    }

    /** Whom it leads to: a member, or the address of a fixed target. */
    Object key() {
        return key;
    }

    /** As clients write it: without the scheme's own port. */
    private static String authority(Address address, boolean secure) {
        String whole = address.toString();
        return address.port() == (secure ? 443 : 80) ? whole.substring(0, whole.lastIndexOf(':')) : whole;
    }

    /** The Host that a request gets by default. */
    AsciiString authority() {
        return authority;
    }

    /** What secures it, null for clear text. */
    @Nullable
    MemberTls tls() {
        return tls;
    }

    long bornAt() {
        return bornAt;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanos) {
        idleSince = nanos;
    }

    boolean isOpen() {
        return context().channel().isActive();
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** Whether there is memory to hold more for it. */
    boolean mayHold() {
        return Memory.PROCESS.mayHold(context().channel());
    }

    /** How many bytes it has to take until it is writable again. */
    long unsent() {
        return context().channel().bytesBeforeWritable();
    }

    /** Milliseconds since the kernel last sent it something new. */
    long lastSent() {
        return LastSent.millisAgo(context().channel());
    }

    /** Whether all that was written for it has gone, as far as can be told. */
    boolean hasTakenAll() {
        ChannelOutboundBuffer written = context().channel().unsafe().outboundBuffer();
        return written != null && written.totalPendingWriteBytes() == 0;
    }

    /** Whether anything has come since the request. */
    boolean isHeard() {
        return http().isHeard();
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    /** The client's login holds for it, or will. */
    void belongTo(OwnUpstreams client) {
        owner = client;
    }

    /**
     * Notes what came of the last request.
     *
     * @param refused whether a login, if there was one, has still to go on
     */
    void loggingIn(boolean refused) {
        loggingIn = refused;
    }

    boolean isLoggingIn() {
        return loggingIn;
    }

    /** Whether it has served before: the member may have closed it in the meantime. */
    boolean isReused() {
        return used > 1;
    }

    void attach(UpstreamUser next) {
        user = next;
        used++;
        context().read();
    }

    /**
     * Goes back among the idle ones, but not before all that has been read is dealt with: what comes behind
     * an answer must not be taken for the next one.
     */
    void park() {
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
        if (deaf || !http().isClean()) {
            context().close(); // or it has begun something that nobody asked for
            return;
        }
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
        codec = context().pipeline().context(MemberCodec.class);
    }

    /** Writes past the codec, where it is a tunnel. */
    void writeRaw(ByteBuf bytes) {
        ChannelHandlerContext from = codec != null ? codec : context();
        from.write(bytes, from.voidPromise());
    }

    /** Closes without a word to its user. */
    void close() {
        user = null;
        context().close();
    }

    void evict(Reason reason) {
        UpstreamUser now = user;
        close();
        if (now != null) {
            now.upstreamEvicted(reason);
        }
    }

    void write(Object message) {
        if (message instanceof HttpRequest request) {
            http().asks(request.method());
        }
        context().write(message, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    void read() {
        context().read();
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

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        UpstreamUser now = user;
        if (now != null) {
            now.upstreamReadComplete();
        } else if (parked) {
            parked = false;
            lieIdle();
        } else if (http().isClean()) {
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
        if (Shortage.isCauseOf(cause)) {
            Shortage.report(cause);
        } else if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            LOG.error("a connection to {} failed", key, cause);
        }
        lost(ctx);
    }

    private void lost(ChannelHandlerContext ctx) {
        UpstreamUser now = user;
        user = null; // closing makes the codec end an answer without a length: nobody must take it for whole
        ctx.close();
        if (now != null) {
            now.upstreamClosed();
        }
    }
}
