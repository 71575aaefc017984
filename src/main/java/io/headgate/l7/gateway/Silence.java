package io.headgate.l7.gateway;

import io.headgate.l7.port.Deadline;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

/**
 * Ends an answer that has begun and in which nothing comes for too long although it is wanted. (While the
 * client does not accept the data, the member is not read.) Until then there is {@link HeadDeadline}.
 */
final class Silence extends ChannelDuplexHandler {

    private static final String NAME = "headgate.silence";

    private static final long LAST_LOOK = TimeUnit.MILLISECONDS.toNanos(100);

    private final long longest;
    private @Nullable Future<?> look;
    private boolean asked = true;
    private boolean lastLook;
    private boolean late;
    private long since;
    private long dueAt;

    private Silence(Duration longest) {
        this.longest = longest.toNanos();
    }

    /**
     * A client that gives up such answers.
     *
     * @param longest zero for no limit
     */
    static HttpClient within(Duration longest, HttpClient client) {
        return client.doOnResponse((head, connection) -> watch(connection,
                head.status().code() == 101 ? Duration.ZERO : longest)); // a tunnel has a limit of its own
    }

    private static void watch(Connection connection, Duration longest) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (!longest.isZero() && pipeline.get(NAME) == null) {
            pipeline.addFirst(NAME, new Silence(longest));
            connection.onTerminate().subscribe(ended -> {
            }, error -> {
            }, () -> connection.removeHandler(NAME));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        since = now(ctx);
        look(ctx, longest);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    private void end() {
        if (look != null) {
            look.cancel(false);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!asked) {
            asked = true;
            since = now(ctx);
        }
        ctx.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        asked = false;
        ctx.fireChannelReadComplete();
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }

    private void look(ChannelHandlerContext ctx, long nanos) {
        dueAt = now(ctx) + nanos;
        look = ctx.executor().schedule(() -> look(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the close tells the rest
    private void look(ChannelHandlerContext ctx) {
        long left = asked ? longest - (now(ctx) - since) : longest;
        if (left > 0) {
            lastLook = false;
            look(ctx, left);
        } else if (!lastLook) { // what lies in the socket has come: nobody may have read it
            lastLook = true;
            late = now(ctx) - dueAt > Deadline.LATE;
            ctx.read();
            look(ctx, LAST_LOOK);
        } else {
            if (late) { // we were held up ourselves
                SlowAttempt.excuse(ctx.channel());
            }
            ctx.fireExceptionCaught(new Failure(Reason.IDLE_TIMEOUT, null));
            ctx.close();
        }
    }
}
