package io.headgate.l7.gateway;

import io.headgate.l7.port.Deadline;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/**
 * Ends a request whose member has not sent the whole head of its answer in time. The time begins when the
 * request is sent, and again with each informational answer, whose number is limited. Reactor Netty's own
 * response timeout would begin again with every byte.
 */
final class HeadDeadline extends ChannelDuplexHandler {

    private Duration longest = Duration.ZERO;
    private @Nullable Deadline deadline;
    private boolean answered;

    /**
     * A client that gives such requests up.
     *
     * @param longest zero for no limit
     */
    static HttpClient within(Duration longest, HttpClient client) {
        return client.doOnRequest((request, connection) -> {
            StreamWatch.install(connection.channel());
            HeadDeadline waiting = connection.channel().pipeline().get(HeadDeadline.class);
            if (waiting != null) {
                waiting.longest = longest;
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = new Deadline(ctx.channel().eventLoop(), ctx.executor().ticker(), () -> passed(ctx));
    }

    private Deadline deadline() {
        Deadline added = deadline;
        if (added == null) {
            throw new IllegalStateException("not added yet");
        }
        return added;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest) {
            answered = false;
        }
        if (message instanceof LastHttpContent) {
            promise.addListener(sent -> {
                if (sent.isSuccess() && !answered) {
                    deadline().in(longest);
                }
            });
        }
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse head) {
            boolean follows = head.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && head.status().code() != 101;
            if (!follows) {
                answered = true;
                deadline().clear();
            } else if (deadline().isSet()) {
                deadline().in(longest);
            }
        }
        ctx.fireChannelRead(message);
    }

    /** A member is not to blame if Headgate did not look in time. */
    @SuppressWarnings("FutureReturnValueIgnored") // the close tells the rest
    private void passed(ChannelHandlerContext ctx) {
        if (deadline().isLate()) {
            SlowAttempt.excuse(ctx.channel());
        }
        ctx.fireExceptionCaught(new Failure(Reason.RESPONSE_TIMEOUT, null));
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline().end();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline().end();
    }
}
