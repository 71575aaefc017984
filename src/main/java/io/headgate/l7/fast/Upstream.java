package io.headgate.l7.fast;

import io.headgate.l7.port.Lingering;
import io.headgate.net.LastSent;
import io.headgate.net.Memory;
import io.headgate.net.Shortage;
import io.headgate.pool.Address;
import io.headgate.pool.ConnectionCounts;
import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
 * A connection to a member, in use by one exchange or idle. It reads as fast as the exchange's client accepts
 * the answer. While idle it keeps reading, so that a close is noticed at once.
 *
 * <p>
 * An answer goes to its own user or to nobody. {@link MemberCodec} knows whose request was encoded last; an
 * answer that comes while another user has the connection, or before the request is encoded, ends the
 * connection. An exception in a codec or handler ends it too, and the exchange of its user.
 */
@SuppressWarnings({"FutureReturnValueIgnored", // channelInactive tells what any of them could
        "ReferenceEquality"}) // users are who they are
final class Upstream extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    /** Nobody asks for these. */
    private static final ConnectionCounts OF_FIXED_TARGETS = new ConnectionCounts();

    private final Worker worker;
    private final Object key;
    private final @Nullable MemberTls tls;
    private final Address address;
    private final AsciiString authority;
    private final UpstreamAge age;
    private final ConnectionCounts counts;
    private int used;
    private boolean reading;
    private boolean parked;
    /** Its user is in the middle of a call to it, which must return before the user hears of a failure. */
    private boolean called;
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
        this.address = address;
        this.authority = AsciiString.of(authority(address, tls != null));
        this.age = new UpstreamAge(worker.now());
        this.counts = key instanceof Member member ? member.pool().connections() : OF_FIXED_TARGETS;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        http = ctx.pipeline().get(MemberCodec.class);
        worker.opened(this);
        counts.opened();
    }

    /** Its target: a member, or the address of a fixed target. */
    Object key() {
        return key;
    }

    /** As clients write it: without the scheme's own port. */
    private static String authority(Address address, boolean secure) {
        String whole = address.toString();
        return address.port() == (secure ? 443 : 80) ? whole.substring(0, whole.lastIndexOf(':')) : whole;
    }

    Address address() {
        return address;
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

    /** In the worker's time. */
    long now() {
        return worker.now();
    }

    ConnectionCounts counts() {
        return counts;
    }

    UpstreamAge age() {
        return age;
    }

    boolean isOpen() {
        return context().channel().isActive();
    }

    boolean isWritable() {
        return Memory.PROCESS.isWritable(context().channel());
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

    /** Whether the next request may go out on it: nobody has it, and nothing is owed in either direction. */
    boolean isIdle() {
        return user == null && !reading && !deaf && http().isAtRest();
    }

    void attach(UpstreamUser next) {
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
    void park() {
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
        codec = context().pipeline().context(MemberCodec.class);
    }

    /** Writes past the codec, where it is a tunnel. */
    void writeRaw(ByteBuf bytes) {
        ChannelHandlerContext from = codec != null ? codec : context();
        from.write(bytes, from.voidPromise());
    }

    /**
     * Ends a tunnel's sending when the member has taken all of it. A plain close would make a reset of what
     * the member has sent and nobody has read, which discards what is on its way.
     */
    void finish() {
        ChannelHandlerContext from = codec != null ? codec : context();
        from.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess()) {
                Lingering.close(from);
            } else {
                from.close();
            }
        });
    }

    /**
     * Closes without a word to its user. When this returns it is closed: whoever gives the member's place on
     * next must not make the member see one connection too many.
     */
    void close() {
        user = null;
        Channel channel = context().channel();
        context().close();
        if (channel.isOpen()) { // TLS would wait until the member takes its last word
            channel.unsafe().close(channel.voidPromise());
        }
    }

    void evict(Reason reason) {
        UpstreamUser now = user;
        close();
        if (now != null) {
            now.upstreamEvicted(reason);
        }
    }

    void write(Object message) {
        assert worker.isHome() : "another thread";
        if (message instanceof HttpRequest request) {
            http().asks(request.method(), user);
        }
        called = true;
        context().write(message, context().voidPromise());
        called = false;
    }

    void flush() {
        called = true;
        context().flush();
        called = false;
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
        if (now != http().asker() && codec == null) {
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
            LOG.error("A connection to {} carries the answer to another request", key);
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
            LOG.error("A connection to {} failed", key, cause);
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
        return key + " " + http + (user == null ? "" : " in use") + (reading ? " reading" : "")
                + (deaf ? " deaf" : "");
    }
}
