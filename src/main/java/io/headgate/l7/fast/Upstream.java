package io.headgate.l7.fast;

import io.headgate.pool.Address;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
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
    private final AsciiString authority;
    private final long bornAt;
    private long idleSince;
    private int used;
    private boolean reading;
    private boolean parked;
    private @Nullable ChannelHandlerContext context;
    private @Nullable UpstreamUser user;

    Upstream(Worker worker, Object key, Address address) {
        this.worker = worker;
        this.key = key;
        this.authority = AsciiString.of(address.toString());
        this.bornAt = worker.now();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        worker.opened(this);
    }

    /** Whom it leads to: a member, or the address of a fixed target. */
    Object key() {
        return key;
    }

    /** The Host that a request gets by default. */
    AsciiString authority() {
        return authority;
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

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
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
        if (reading) {
            parked = true;
        } else {
            lieIdle();
        }
    }

    private void lieIdle() {
        worker.idle().put(this);
        if (isOpen()) {
            context().read();
        }
    }

    /** HTTP ends on this connection; what comes and goes from now on are bytes. */
    void tunnel(UpstreamUser next) {
        user = next;
    }

    /** Writes past the codec. */
    void writeRaw(ByteBuf bytes) {
        ChannelHandlerContext codec = context().pipeline().firstContext();
        codec.write(bytes, codec.voidPromise());
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
        } else {
            ctx.read();
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
        if (now == null) {
            worker.idle().remove(this);
        } else {
            now.upstreamClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a connection to {} failed", key, cause);
        }
        UpstreamUser now = user;
        user = null; // closing makes the codec end an answer without a length: nobody must take it for whole
        ctx.close();
        if (now != null) {
            now.upstreamClosed();
        }
    }
}
