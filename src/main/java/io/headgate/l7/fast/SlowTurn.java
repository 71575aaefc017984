package io.headgate.l7.fast;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import reactor.netty.channel.ChannelOperations;

/** Follows one request through the slow lane, by its messages in and out. */
final class SlowTurn {

    /** Reactor Netty has this many milliseconds to finish with a request. It hardly ever needs one. */
    private static final int PATIENCE = 1000;

    private boolean requestComplete;
    private boolean answered;
    private boolean informational;
    private boolean closes;

    /**
     * Runs a task when Reactor Netty has finished with the request that it has answered: its
     * {@link ChannelOperations} are still attached to the channel until then, perhaps by another thread,
     * which is why they are looked for each millisecond. If the last request of a connection came before
     * that, Reactor Netty would forget it.
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

    /** The answer is the last one on its connection: what the client has sent after it is not served. */
    boolean closes() {
        return closes;
    }

    /** Both sides of the request have been seen to their ends. */
    boolean isOver() {
        return requestComplete && answered;
    }
}
