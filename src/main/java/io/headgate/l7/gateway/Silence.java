package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/**
 * Ends an answer that has begun and in which nothing comes for too long. Reactor Netty's response timeout,
 * which would go on to the answer's end, holds for its head alone.
 */
final class Silence extends ReadTimeoutHandler {

    private static final String NAME = "headgate.silence";

    private Silence(Duration longest) {
        super(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * A client that gives up such answers.
     *
     * @param longest zero for no limit
     */
    static HttpClient within(Duration longest, HttpClient client) {
        return client.doOnResponse((head, connection) -> watch(connection, longest));
    }

    private static void watch(Connection connection, Duration longest) {
        connection.removeHandler(NettyPipeline.ResponseTimeoutHandler);
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (!longest.isZero() && pipeline.get(NAME) == null) {
            pipeline.addFirst(NAME, new Silence(longest));
            connection.onTerminate().subscribe(ended -> {
            }, error -> {
            }, () -> connection.removeHandler(NAME));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the close tells the rest
    protected void readTimedOut(ChannelHandlerContext ctx) {
        ctx.fireExceptionCaught(new Failure(Reason.IDLE_TIMEOUT, null));
        ctx.close();
    }
}
