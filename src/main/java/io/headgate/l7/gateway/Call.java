package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CACHED_REQUEST_BODY_ATTR;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pick;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * One request on its way through Spring Cloud Gateway: what was tried for it, and what will be told of it at
 * its end.
 */
final class Call {

    private final ScheduledExecutorService loop;
    private final UnderWay underWay;
    private final boolean hasBody;
    private final KeptBodies.Share kept;
    private Pick pick = new Pick();
    /** Taken out by whoever gives it back: a timeout does so on a thread of its own. */
    private final AtomicReference<@Nullable Stay> held = new AtomicReference<>();
    private volatile @Nullable Member last;
    private volatile @Nullable Reason reason;
    private volatile @Nullable Reason lost;
    private volatile @Nullable String route;
    private volatile int status;
    private Stickiness sticky = Stickiness.NONE;
    private volatile boolean ended;
    private volatile boolean bodyTaken;
    private volatile boolean tunnel;
    private volatile long bytesIn;
    private volatile long bytesOut;
    private int attempts;
    private int routes;

    /**
     * @param loop of its client's connection
     * @param hasBody whether the client sends one, whatever filters make of its headers
     * @param kept what may be kept of it
     */
    Call(ScheduledExecutorService loop, UnderWay underWay, boolean hasBody, KeptBodies.Share kept) {
        this.loop = loop;
        this.kept = kept;
        this.hasBody = hasBody;
        this.underWay = underWay;
    }

    /**
     * The call of an exchange, however often its response was decorated on the way; none on the management
     * port.
     */
    static Optional<Call> find(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        while (!(response instanceof TrackedResponse tracked)) {
            if (!(response instanceof ServerHttpResponseDecorator decorator)) {
                return Optional.empty();
            }
            response = decorator.getDelegate();
        }
        return Optional.of(tracked.call());
    }

    /** The call of an exchange that runs through a route. */
    static Call of(ServerWebExchange exchange) {
        return find(exchange).orElseThrow();
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

    /** Whether the request can be sent from its beginning, for its body is still to come or was kept. */
    boolean hasWholeBody(ServerWebExchange exchange) {
        return !hasBody || !bodyTaken || exchange.getAttribute(CACHED_REQUEST_BODY_ATTR) != null;
    }

    Pick pick() {
        return pick;
    }

    /** Members of this pool are picked by this key; those that were tried stay excluded. */
    void hash(Pool pool, long key) {
        Member before = last;
        if (before == null || before.pool() != pool) {
            pick = new Pick(key);
        }
    }

    /** The request passes {@link PoolFilter}, perhaps again: what was given to the client before is void. */
    void stick(Stickiness next, ServerWebExchange exchange) {
        sticky.takeBack(exchange);
        sticky = next;
    }

    Stickiness sticky() {
        return sticky;
    }

    /** Every member was tried: from now on each may be tried again. */
    void startOver() {
        pick = new Pick(pick.hash());
    }

    ScheduledExecutorService loop() {
        return loop;
    }

    /** Takes over a member that was acquired for this call; one that comes after its end goes back. */
    void hold(Member member) {
        release(Outcome.UNKNOWN);
        held.set(underWay.on(member));
        last = member;
        status = 0;
        attempts++;
        if (ended) {
            release(Outcome.UNKNOWN);
        }
    }

    /** The head of the member's answer has come. */
    void answered(@Nullable HttpStatusCode code) {
        status = code == null ? 200 : code.value();
    }

    /** What the member's own answer says about it, whatever a filter or a fallback made of it. */
    Outcome answer() {
        return status == 0 ? Outcome.UNKNOWN : status >= 500 ? Outcome.SERVER_ERROR : Outcome.OK;
    }

    /** Gives the member back, if one is held. */
    void release(Outcome outcome) {
        Stay stay = held.getAndSet(null);
        if (stay != null) {
            stay.leave(outcome);
        }
    }

    /** Nothing more will happen to it. */
    void end(Outcome outcome) {
        ended = true;
        release(outcome);
        kept.giveBack();
    }

    @Nullable
    Member held() {
        Stay stay = held.get();
        return stay == null ? null : stay.member();
    }

    /** What is open on the member that is held. */
    @Nullable
    Stay stay() {
        return held.get();
    }

    /** Who was asked last, held or not. */
    @Nullable
    Member last() {
        return last;
    }

    int attempts() {
        return attempts;
    }

    /** It has become a tunnel, which has ended: these bytes were passed on. */
    void tunnelled(long in, long out, @Nullable Reason why) {
        bytesIn = in;
        bytesOut = out;
        tunnel = true;
        if (why != null) {
            reason = why;
        }
        release(why == null ? Outcome.OK : Outcome.UNKNOWN);
    }

    boolean isTunnel() {
        return tunnel;
    }

    /** Of a tunnel, from the client. */
    long bytesIn() {
        return bytesIn;
    }

    /** Of a tunnel, to the client. */
    long bytesOut() {
        return bytesOut;
    }

    void refused(Reason why) {
        reason = why;
    }

    @Nullable
    Reason reason() {
        return reason;
    }

    /**
     * The client has gone while it was still sending: whatever fails from now on is not the member's fault.
     */
    void lost(Reason why) {
        lost = why;
    }

    /** Why the client is no longer there, null while it is. */
    @Nullable
    Reason lost() {
        return lost;
    }

    /** How many routes it has had with this one: more than one where a route's target is another. */
    int route(String id) {
        route = id;
        routes++;
        return routes;
    }

    @Nullable
    String route() {
        return route;
    }
}
