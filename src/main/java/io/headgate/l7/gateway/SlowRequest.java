package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CACHED_REQUEST_BODY_ATTR;

import io.headgate.l7.Arrival;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Repeatable;
import io.headgate.l7.limit.ConcurrencyLimit;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * One request that Spring Cloud Gateway serves: the attempts made for it, what is kept of it, and what is to
 * happen at its end. {@link SlowReport} has what is reported then.
 */
final class SlowRequest extends SlowReport {

    private final ScheduledExecutorService loop;
    private final OpenAttempts openAttempts;
    private final boolean hasBody;
    private final KeptBodies.Share kept;
    private final Arrival arrival;
    private final @Nullable InetSocketAddress client;
    private final Attempts attempts = new Attempts(Repeatable.MAX_ATTEMPTS);
    /** What is or was open on the member of the current attempt. */
    private volatile @Nullable SlowAttempt current;
    private volatile int status;
    private @Nullable Pages pages;
    private Stickiness sticky = Stickiness.NONE;
    private volatile boolean bodyTaken;
    private @Nullable Runnable over;
    private boolean ended;
    /** The limits in which it has a place. */
    private final List<ConcurrencyLimit> limits = new ArrayList<>(0);

    /**
     * @param loop of its client's connection
     * @param hasBody whether the client sends one, whatever filters make of its headers
     * @param kept what may be kept of it
     * @param arrival how its client came in
     * @param client its address
     */
    SlowRequest(ScheduledExecutorService loop, OpenAttempts openAttempts, boolean hasBody,
            KeptBodies.Share kept, Arrival arrival, @Nullable InetSocketAddress client) {
        this.client = client;
        this.loop = loop;
        this.arrival = arrival;
        this.kept = kept;
        this.hasBody = hasBody;
        this.openAttempts = openAttempts;
    }

    /**
     * The request behind an exchange, however often its response was decorated on the way; none on the
     * management port.
     */
    static Optional<SlowRequest> find(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        while (!(response instanceof TrackedResponse tracked)) {
            if (!(response instanceof ServerHttpResponseDecorator decorator)) {
                return Optional.empty();
            }
            response = decorator.getDelegate();
        }
        return Optional.of(tracked.slow());
    }

    /** The request behind an exchange that runs through a route. */
    static SlowRequest of(ServerWebExchange exchange) {
        return find(exchange).orElseThrow();
    }

    /** How its client came in. */
    Arrival arrival() {
        return arrival;
    }

    /** Who sends it: the peer, or whom a trusted peer names. */
    @Nullable
    InetSocketAddress client() {
        return client;
    }

    /** Whether its answer is for this client only, and no cache may give it to another. */
    boolean isPersonal() {
        return isMarkedPersonal() || !arrival().certificateHeaders().isEmpty();
    }

    void pages(Pages mine) {
        pages = mine;
    }

    /** The pages in the place of errors; null for none. */
    @Nullable
    Pages pages() {
        return pages;
    }

    boolean hasBody() {
        return hasBody;
    }

    /** What may be kept of its body. */
    KeptBodies.Share kept() {
        return kept;
    }

    /** The body is read from the client: it comes once. */
    void takesBody() {
        bodyTaken = true;
    }

    /**
     * Whether the request can be sent from its beginning, because it has no body, or its body is still to
     * come or was kept.
     */
    boolean hasWholeBody(ServerWebExchange exchange) {
        return !hasBody || !bodyTaken || exchange.getAttribute(CACHED_REQUEST_BODY_ATTR) != null;
    }

    /** The request passes {@link PoolFilter}, perhaps again: what was given to the client before is void. */
    void stick(Stickiness next, ServerWebExchange exchange) {
        sticky.takeBack(exchange);
        sticky = next;
    }

    Stickiness sticky() {
        return sticky;
    }

    ScheduledExecutorService loop() {
        return loop;
    }

    /** The members that are tried for it. */
    Attempts attempts() {
        return attempts;
    }

    /** Begins an attempt. */
    SlowAttempt begin(Attempt attempt) {
        SlowAttempt tried = SlowAttempt.of(attempt, openAttempts);
        current = tried;
        status = 0;
        return tried;
    }

    /** The head of the member's answer has come. */
    void answered(@Nullable HttpStatusCode code) {
        status = code == null ? 200 : code.value();
    }

    /** What the member's own answer says about it, whatever a filter or a fallback made of it. */
    Outcome answer() {
        return status == 0 ? Outcome.UNKNOWN : status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK;
    }

    /** Releases the member that is held, if one is. */
    void release(Outcome outcome) {
        attempts.release(outcome);
    }

    /**
     * Whether it has a place in this limit already, because the filter runs again for another attempt or a
     * fallback.
     */
    synchronized boolean isIn(ConcurrencyLimit limit) {
        return limits.contains(limit);
    }

    /** Takes a place in a limit until the request is over. */
    void enter(ConcurrencyLimit limit, ConcurrencyLimit.Place place) {
        synchronized (this) {
            limits.add(limit);
        }
        whenOver(place::end);
    }

    /** Runs the action when the request is over; at once if it is over already. */
    void whenOver(Runnable action) {
        if (!waits(action)) {
            action.run();
        }
    }

    /**
     * Registers the action; false if the request is over already, because filters may run on another thread
     * than the one on which its client leaves.
     */
    private synchronized boolean waits(Runnable action) {
        Runnable before = over;
        over = before == null ? action : () -> {
            before.run();
            action.run();
        };
        return !ended;
    }

    private synchronized @Nullable Runnable ended() {
        ended = true;
        return over;
    }

    /** Nothing more will happen to it. */
    void end(Outcome outcome) {
        attempts.end(outcome);
        kept.giveBack();
        Runnable last = ended();
        if (last != null) {
            last.run();
        }
    }

    /** What is open on the member that is held; null when none is. */
    @Nullable
    SlowAttempt tried() {
        SlowAttempt tried = current;
        return tried == null || tried.isReleased() ? null : tried;
    }

    /** It has become a tunnel, which has ended: these bytes were passed on. */
    void tunnelled(long in, long out, @Nullable Reason why) {
        passed(in, out);
        if (why != null) {
            refused(why);
        }
        release(why == null ? Outcome.OK : Outcome.UNKNOWN);
    }
}
