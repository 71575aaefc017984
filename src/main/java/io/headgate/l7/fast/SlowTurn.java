package io.headgate.l7.fast;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import reactor.netty.channel.ChannelOperations;

/** Follows one request through the slow lane, by what goes in and what comes out. */
final class SlowTurn {

    /** Milliseconds that Reactor Netty has to end what it has of a request; it hardly ever needs one. */
    private static final int PATIENCE = 1000;

    private boolean requestComplete;
    private boolean answered;
    private boolean informational;
    private boolean closes;

    /**
     * Does something when Reactor Netty has ended what it has of the request that it has answered. Another
     * thread may have a hand in that, and a request that comes before it does is forgotten where it is the
     * last on its connection.
     */
    static void afterwards(Channel channel, Runnable task) {
        channel.eventLoop().execute(() -> afterwards(channel, task, PATIENCE));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is of no use
    private static void afterwards(Channel channel, Runnable task, int patience) {
        if (patience > 0 && ChannelOperations.get(channel) != null) {
            channel.eventLoop().schedule(() -> afterwards(channel, task, patience - 1), 1,
                    TimeUnit.MILLISECONDS);
        } else {
            task.run();
        }
    }

    void inbound(Object message) {
        if (message instanceof HttpRequest) {
            requestComplete = false;
            answered = false;
            informational = false;
        }
        if (message instanceof LastHttpContent) {
            requestComplete = true;
        }
    }

    /** Whether this is the end of the answer. */
    boolean outbound(Object message) {
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            closes = !informational && !HttpUtil.isKeepAlive(response);
        }
        return message instanceof LastHttpContent && !informational;
    }

    /** The whole answer is written. */
    void answered() {
        answered = true;
    }

    boolean isRequestComplete() {
        return requestComplete;
    }

    /** The answer is the last one on its connection: what the client has sent behind is not served. */
    boolean closes() {
        return closes;
    }

    /** Both sides of the request have been seen to their ends. */
    boolean isOver() {
        return requestComplete && answered;
    }
}
