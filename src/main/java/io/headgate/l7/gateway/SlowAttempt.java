package io.headgate.l7.gateway;

import io.headgate.net.ClientSource;
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
 * An attempt on a member by the slow lane, and the connection that it uses: for a request or a WebSocket. It
 * travels in the subscription's context to the connection that is made or taken for it. When the member is
 * evicted, that connection ends with the reason, as if it had broken by itself: Reactor Netty releases what
 * it holds, and the error reaches the client like any other.
 */
final class SlowAttempt {

    /** On the connection to a member: the attempt that uses it now. */
    private static final AttributeKey<SlowAttempt> AT_WORK = AttributeKey.valueOf(SlowAttempt.class,
            "at-work");

    /** On the connection to a member: it has been used before. */
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(SlowAttempt.class, "used");

    private final Attempt attempt;
    private final OpenAttempts openAttempts;
    private volatile @Nullable ClientSource source;
    private volatile @Nullable Channel channel;
    /** The WebSocket that its connection has become. */
    private volatile @Nullable Tunnel tunnel;
    private volatile @Nullable Reason evicted;
    private volatile boolean sent;
    private volatile boolean reused;
    private volatile boolean anew;
    private volatile boolean heard;
    private volatile boolean excused;

    private SlowAttempt(Attempt attempt, OpenAttempts openAttempts) {
        this.attempt = attempt;
        this.openAttempts = openAttempts;
    }

    /** Takes over an attempt, which another thread may have released already. */
    static SlowAttempt of(Attempt attempt, OpenAttempts openAttempts) {
        SlowAttempt tried = new SlowAttempt(attempt, openAttempts);
        openAttempts.add(tried);
        attempt.closeFirst(tried::leave);
        if (attempt.isReleased()) { // perhaps before it knew that there is something to close
            openAttempts.remove(tried);
        }
        return tried;
    }

    /** A client whose connections end together with the attempt that uses them. */
    static HttpClient watched(HttpClient client) {
        return client
                .doOnRequest(
                        (request, connection) -> request.currentContextView()
                                .<SlowAttempt>getOrEmpty(SlowAttempt.class)
                                .ifPresent(
                                        tried -> tried.goesBy(connection.channel(), mayComeTwice(request))))
                .doAfterResponseSuccess((answer, connection) -> connection.channel().attr(AT_WORK).set(null));
    }

    /**
     * The head of the request is written. If that fails, the member has not received the whole of it, and so
     * has done nothing.
     */
    static void sends(Channel connection, ChannelPromise written) {
        SlowAttempt tried = connection.attr(AT_WORK).get();
        if (tried != null) {
            tried.sent = true;
            written.addListener(done -> {
                if (connection.equals(tried.channel)) { // and no other, on which it was repeated meanwhile
                    tried.sent = done.isSuccess();
                }
            });
        }
    }

    /** The member has begun to answer, if only with an informational answer. */
    static void hears(Channel connection) {
        SlowAttempt tried = connection.attr(AT_WORK).get();
        if (tried != null) {
            tried.heard = true;
        }
    }

    /** Headgate was late, not the member, which is not blamed, whatever the outcome. */
    static void excuse(Channel connection) {
        SlowAttempt tried = connection.attr(AT_WORK).get();
        if (tried != null) {
            tried.excuse();
        }
    }

    void excuse() {
        excused = true;
    }

    /** Requests that are subscribed to within belong to this attempt. */
    <T> Mono<T> within(Mono<T> asked) {
        return asked.contextWrite(context -> context.put(SlowAttempt.class, this));
    }

    Member member() {
        return attempt.member();
    }

    /** The member is no longer held; its connection may already be in use by another request. */
    boolean isReleased() {
        return attempt.isReleased();
    }

    /** Its connection has become a tunnel, which closes it. */
    void becomes(Tunnel next) {
        tunnel = next;
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
     * Whether an idle connection from the pool broke, which the member may have closed before the request
     * came: then the member is not to blame.
     */
    boolean wasStale() {
        return !anew && !heard && (channel == null || reused);
    }

    /** The same member is tried again, by a new connection that has not been used before. */
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

    /** The member is to see this address. */
    void comesFrom(ClientSource client) {
        source = client;
    }

    /**
     * Whether the connection has another client's address: Reactor Netty tells its pools apart by a hash,
     * which an attacker with many addresses can meet.
     */
    private boolean isForeign(Channel connection) {
        ClientSource wanted = source;
        return wanted != null && !wanted.isOf(connection);
    }

    /** Whether it needs a new connection, not one from the pool. */
    boolean isAnew() {
        return anew;
    }

    /** Whether the member has begun to answer. */
    boolean heard() {
        return heard;
    }

    /** Whether the request may simply be repeated if its connection turns out to be closed. */
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
        boolean foreign = isForeign(whole);
        reused = whole.attr(USED).getAndSet(true) != null || foreign;
        channel = connection; // before the next lines: one of the two threads sees what the other has done
        Reason known = evicted;
        Reason why = known != null ? known : attempt.evicted();
        if (why != null) {
            throw new Failure(why, null);
        }
        if (foreign || (reused && !mayComeTwice && UnreadEnd.isOn(whole))) {
            throw new Failure(Reason.UPSTREAM_RESET, null);
        }
        sent = connection.pipeline().get(Unasked.class) == null // which would say so in time
                && connection.pipeline().get(StreamWatch.class) == null;
    }

    /** Its member is evicted. Called by any thread. */
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

    /** Does nothing once the member has answered in full: its connection may be in use by another request. */
    private void cut(Channel connection, Reason why) {
        if ((tunnel != null || !attempt.isReleased()) && connection.attr(AT_WORK).get() == this) {
            // The error comes first: an answer that ends with its connection would otherwise seem complete.
            connection.pipeline().fireExceptionCaught(new Failure(why, null));
            ChannelFuture _ = connection.close();
        }
    }

    /**
     * The exchange is over, or goes on with another member. A connection that it still uses is closed before
     * the member's place is given to others: the member must not see one connection too many.
     *
     * <p>
     * An answer that has come in full gives its connection up a little later, in the same turn of the event
     * loop. After a failure nothing is waited for: what repeats the request does so before that turn ends,
     * and may need the very place.
     */
    private void leave(Outcome outcome, Consumer<Outcome> giveBack) {
        Outcome told = excused ? Outcome.UNKNOWN : outcome;
        Channel connection = channel;
        Tunnel open = tunnel;
        if (open != null && connection != null) { // the client's last bytes still go to the member
            connection.closeFuture().addListener(closed -> {
                openAttempts.remove(this);
                giveBack.accept(told);
            });
            open.end(null);
            return;
        }
        openAttempts.remove(this);
        if (connection == null || !isAtWork(connection)) {
            giveBack.accept(told);
            return;
        }
        if (isBroken(outcome) && connection.eventLoop().inEventLoop()) {
            close(connection);
            giveBack.accept(told);
            return;
        }
        try {
            connection.eventLoop().execute(() -> {
                if (isAtWork(connection)) {
                    close(connection);
                }
                giveBack.accept(told);
            });
        } catch (RejectedExecutionException e) {
            giveBack.accept(told); // its event loop has ended, and so has the connection
        }
    }

    /** Whether no more of an answer is awaited. */
    private static boolean isBroken(Outcome outcome) {
        return outcome.failed() && outcome != Outcome.SERVER_ERROR;
    }

    /** When this returns it is closed: TLS by itself would wait until the member takes its last word. */
    private static void close(Channel connection) {
        ChannelFuture _ = connection.close();
        if (connection.isOpen() && !(connection instanceof Http2StreamChannel)) {
            connection.unsafe().close(connection.voidPromise());
        }
    }

    private boolean isAtWork(Channel connection) {
        return connection.isOpen() && connection.attr(AT_WORK).get() == this;
    }
}
