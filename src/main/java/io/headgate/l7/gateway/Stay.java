package io.headgate.l7.gateway;

import io.headgate.net.UnreadEnd;
import io.headgate.pool.Attempt;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;

/**
 * What the slow lane has open on one member: one attempt of a request, or a WebSocket. It travels in the
 * subscription's context to the connection that is made or taken for it, and when nothing may be open on the
 * member any more, that connection ends with the reason, as it would if it had broken by itself: Reactor
 * Netty gives back what it holds, and the error takes the way of all errors to the client.
 */
final class Stay {

    /** On the connection to a member: for whom it is at work now. */
    private static final AttributeKey<Stay> AT_WORK = AttributeKey.valueOf(Stay.class, "at-work");

    /** On the connection to a member: it has been at work before. */
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(Stay.class, "used");

    private final Attempt attempt;
    private final UnderWay underWay;
    private volatile @Nullable Channel channel;
    private volatile @Nullable Reason evicted;
    private volatile boolean sent;
    private volatile boolean reused;
    private volatile boolean anew;
    private volatile boolean heard;
    private volatile boolean excused;

    private Stay(Attempt attempt, UnderWay underWay) {
        this.attempt = attempt;
        this.underWay = underWay;
    }

    /** Takes over an attempt, which another thread may have released already. */
    static Stay of(Attempt attempt, UnderWay underWay) {
        Stay stay = new Stay(attempt, underWay);
        underWay.add(stay);
        attempt.closeFirst(stay::leave);
        if (attempt.isReleased()) { // perhaps before it knew that there is something to close
            underWay.remove(stay);
        }
        return stay;
    }

    /** A client whose connections end when the stays end that they are at work for. */
    static HttpClient watched(HttpClient client) {
        return client
                .doOnRequest(
                        (request, connection) -> request.currentContextView().<Stay>getOrEmpty(Stay.class)
                                .ifPresent(stay -> stay.goesBy(connection.channel(), mayComeTwice(request))))
                .doAfterResponseSuccess((answer, connection) -> connection.channel().attr(AT_WORK).set(null));
    }

    /**
     * The head of the request is written. Where that fails, the member has not got the whole of it, and so
     * has done nothing.
     */
    static void sends(Channel connection, ChannelPromise written) {
        Stay stay = connection.attr(AT_WORK).get();
        if (stay != null) {
            stay.sent = true;
            written.addListener(done -> {
                if (connection.equals(stay.channel)) { // and no other, on which it was repeated meanwhile
                    stay.sent = done.isSuccess();
                }
            });
        }
    }

    /** The member has begun to answer, if only with an informational answer. */
    static void hears(Channel connection) {
        Stay stay = connection.attr(AT_WORK).get();
        if (stay != null) {
            stay.heard = true;
        }
    }

    /** Whatever is said of the member in the end: we were late, and not it. */
    static void excuse(Channel connection) {
        Stay stay = connection.attr(AT_WORK).get();
        if (stay != null) {
            stay.excuse();
        }
    }

    void excuse() {
        excused = true;
    }

    /** What is asked for within is a part of this stay. */
    <T> Mono<T> within(Mono<T> asked) {
        return asked.contextWrite(context -> context.put(Stay.class, this));
    }

    Member member() {
        return attempt.member();
    }

    /** The member is no longer held: what its connection does from now on is for another. */
    boolean isReleased() {
        return attempt.isReleased();
    }

    /** The head of the member's answer has come, this long after the request. */
    void answered(long tookNanos) {
        attempt.answered(tookNanos);
    }

    /** Whether the member may have the whole head of the request. */
    boolean sent() {
        return sent;
    }

    /**
     * Whether what broke was a connection that had lain in the pool, and that its member may have closed
     * before the request came: the member is not to blame.
     */
    boolean wasStale() {
        return !anew && !heard && (channel == null || reused);
    }

    /** The same member is asked again, by a new connection that nobody has used. */
    void again() {
        Channel broken = channel;
        if (broken != null) {
            broken.attr(AT_WORK).compareAndSet(this, null);
            ChannelFuture _ = broken.close();
        }
        channel = null;
        sent = false;
        anew = true;
    }

    /** Whether it must not have a connection out of the pool. */
    boolean isAnew() {
        return anew;
    }

    /** Whether the member has said anything to it. */
    boolean heard() {
        return heard;
    }

    /** A request that is simply repeated where its connection turns out to be gone. */
    private static boolean mayComeTwice(HttpClientRequest request) {
        HttpMethod method = request.method();
        HttpHeaders headers = request.requestHeaders();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)
                || method.equals(HttpMethod.DELETE)) && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** Called by the connection before it sends the request, on its event loop. */
    private void goesBy(Channel connection, boolean mayComeTwice) {
        connection.attr(AT_WORK).set(this);
        StreamWatch.install(connection);
        Channel whole = connection instanceof Http2StreamChannel stream ? stream.parent() : connection;
        reused = whole.attr(USED).getAndSet(true) != null;
        channel = connection; // before what follows is looked at: one of the two sides sees the other
        Reason known = evicted;
        Reason why = known != null ? known : attempt.evicted();
        if (why != null) {
            throw new Failure(why, null);
        }
        if (reused && !mayComeTwice && UnreadEnd.isOn(whole)) {
            throw new Failure(Reason.UPSTREAM_RESET, null);
        }
        sent = connection.pipeline().get(Unasked.class) == null // which would say so in time
                && connection.pipeline().get(StreamWatch.class) == null;
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
        if (!attempt.isReleased() && connection.attr(AT_WORK).get() == this) {
            // The error comes first: an answer that ends with its connection would else be taken for whole.
            connection.pipeline().fireExceptionCaught(new Failure(why, null));
            ChannelFuture _ = connection.close();
        }
    }

    /**
     * The exchange is over, or goes on with another member. A connection that is still at work for it is
     * closed before the member's place is given on: the member must not see one too many.
     */
    private void leave(Outcome outcome, Consumer<Outcome> giveBack) {
        underWay.remove(this);
        Outcome told = excused ? Outcome.UNKNOWN : outcome;
        Channel connection = channel;
        if (connection == null || !isAtWork(connection)) {
            giveBack.accept(told);
            return;
        }
        try {
            connection.eventLoop().execute(() -> {
                if (isAtWork(connection)) {
                    ChannelFuture _ = connection.close();
                }
                giveBack.accept(told);
            });
        } catch (RejectedExecutionException e) {
            giveBack.accept(told); // its event loop has ended, and so has the connection
        }
    }

    private boolean isAtWork(Channel connection) {
        return connection.isOpen() && connection.attr(AT_WORK).get() == this;
    }
}
