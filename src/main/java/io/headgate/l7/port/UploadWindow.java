package io.headgate.l7.port;

import io.headgate.net.Memory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much a client of HTTP/2 may send on its connection before the streams take it. It is the connection's
 * share of the memory for buffers. Each stream has a window of 65,535 bytes, which it keeps while its upload
 * is held up; the connection's is larger, so that its other streams can go on.
 *
 * <p>
 * A window cannot be taken back once it is granted, and every client begins with one of 65,535 bytes (RFC
 * 9113, 6.9.2). So while memory is short and a connection's streams have not taken their share, Headgate does
 * not read on. Stands before the codec, which asks for more after each read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a look that does not happen is not needed
final class UploadWindow extends ChannelDuplexHandler {

    /** What every connection begins with. */
    private static final int INITIAL = 65_535;
    /** Two streams that are held up. */
    private static final int LEAST = 1 << 17;
    private static final int MOST = 1 << 20;
    /** As many times what one peer may hold. */
    private static final int SHARES = 8;
    /** Memory may have become free elsewhere. */
    private static final long LOOK_MILLIS = 100;

    private final Http2Connection connection;
    private final Channel channel;
    private int size = INITIAL;
    private boolean holding;
    private boolean automatic;
    private @Nullable ChannelHandlerContext context;

    UploadWindow(Http2Connection connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Makes the window as large as memory allows now. */
    void fit() {
        int next = Math.clamp(share(), LEAST, MOST);
        if (next != size) {
            channel.write(new DefaultHttp2WindowUpdateFrame(next - size));
            size = next;
        }
    }

    private static int share() {
        return SHARES * Memory.PROCESS.share();
    }

    /** Whether the connection is not read, because of what its streams have not taken yet. */
    boolean isHolding() {
        return holding;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.fireChannelRead(message);
        if (!holding && isTooMuch()) {
            holding = true;
            automatic = channel.config().isAutoRead();
            channel.config().setAutoRead(false);
            look();
        }
    }

    private static boolean isTight() {
        return share() < LEAST;
    }

    private boolean isTooMuch() {
        return isTight()
                && connection.local().flowController()
                        .unconsumedBytes(connection.connectionStream()) > share();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!holding) {
            ctx.read();
        }
    }

    private void look() {
        channel.eventLoop().schedule(() -> {
            taken();
            if (holding && channel.isActive()) {
                look();
            }
        }, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A stream has taken something, or is gone. */
    void taken() {
        if (!holding || isTooMuch()) {
            return;
        }
        holding = false;
        if (automatic) {
            channel.config().setAutoRead(true);
        } else if (context != null) {
            context.read();
        }
    }
}
