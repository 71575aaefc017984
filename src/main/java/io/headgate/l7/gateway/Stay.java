package io.headgate.l7.gateway;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.http.client.HttpClient;

/**
 * What the slow lane has open on one member: one attempt of a request, or a WebSocket. It travels in the
 * subscription's context to the connection that is made or taken for it, and when nothing may be open on the
 * member any more, that connection ends with the reason, as it would if it had broken by itself: Reactor
 * Netty gives back what it holds, and the error takes the way of all errors to the client.
 */
final class Stay {

    /** On the connection to a member: for whom it is at work now. */
    private static final AttributeKey<Stay> AT_WORK = AttributeKey.valueOf(Stay.class, "at-work");

    private final Member member;
    private final UnderWay underWay;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Channel channel;
    private volatile @Nullable Reason evicted;
    private volatile boolean sent;
    private volatile boolean heard;
    private volatile boolean webSocket;

    /**
     * Gives the member back at its end.
     *
     * @param member that was acquired
     */
    Stay(Member member, UnderWay underWay) {
        this.member = member;
        this.underWay = underWay;
    }

    /** A client whose connections end when the stays end that they are at work for. */
    static HttpClient watched(HttpClient client) {
        return client
                .doOnRequest(
                        (request, connection) -> request.currentContextView().<Stay>getOrEmpty(Stay.class)
                                .ifPresent(stay -> stay.goesBy(connection.channel())))
                .doAfterResponseSuccess((answer, connection) -> connection.channel().attr(AT_WORK).set(null));
    }

    /** The member has begun to answer, if only with an informational answer. */
    static void hears(Channel connection) {
        Stay stay = connection.attr(AT_WORK).get();
        if (stay != null) {
            stay.heard = true;
        }
    }

    /** What is asked for within is a part of this stay. */
    <T> Mono<T> within(Mono<T> asked) {
        return asked.contextWrite(context -> context.put(Stay.class, this));
    }

    /** Goes on until the WebSocket ends, longer than the exchange that it was asked for by. */
    Mono<Void> asWebSocket(Mono<Void> socket) {
        webSocket = true;
        return socket.doOnError(error -> end(Failures.reason(error).outcome()))
                .doFinally(signal -> end(signal == SignalType.ON_COMPLETE ? Outcome.OK : Outcome.UNKNOWN));
    }

    Member member() {
        return member;
    }

    /** Whether the member may have seen anything of it. */
    boolean sent() {
        return sent;
    }

    /** Whether the member has said anything to it. */
    boolean heard() {
        return heard;
    }

    /** Called by the connection before it sends the request, on its event loop. */
    private void goesBy(Channel connection) {
        connection.attr(AT_WORK).set(this);
        channel = connection; // before what follows is looked at: one of the two sides sees the other
        Reason known = evicted;
        Reason why = known != null ? known : member.evicted(); // it may have been taken out while it was
                                                               // picked
        if (why != null) {
            throw new Failure(why, null);
        }
        sent = true;
    }

    /** Nothing may be open on the member any more. Called by any thread. */
    void evict(Reason why) {
        Channel now = channel;
        if (now == null) {
            evicted = why;
            now = channel;
        }
        if (now != null) {
            Channel connection = now;
            connection.eventLoop().execute(() -> cut(connection, why));
        }
    }

    /** Does nothing where the member has answered in full, and its connection may be at work for another. */
    private void cut(Channel connection, Reason why) {
        if (!over.get() && connection.attr(AT_WORK).get() == this) {
            // The error comes first: an answer that ends with its connection would else be taken for whole.
            connection.pipeline().fireExceptionCaught(new Failure(why, null));
            ChannelFuture _ = connection.close();
        }
    }

    /** The exchange is over, or goes on with another member. */
    void leave(Outcome outcome) {
        if (!webSocket) {
            end(outcome);
        }
    }

    private void end(Outcome outcome) {
        if (over.compareAndSet(false, true)) {
            underWay.over(this);
            member.release(outcome);
        }
    }
}
