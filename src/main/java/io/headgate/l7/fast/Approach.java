package io.headgate.l7.fast;

import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.StickyCookie;
import io.headgate.l7.route.BalanceKey;
import io.headgate.l7.route.Target;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Reason;
import io.headgate.pool.Step;
import io.headgate.pool.StickySessions;
import io.headgate.pool.Timeouts;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's way to a member: finds one, then a connection to it, sends head and body, and starts again with
 * another where nothing is lost by it. Whoever calls back from outside the pipelines (the dialer, the pool's
 * queue) would swallow what is thrown, and the request would never end: it ends the exchange.
 */
final class Approach implements Dialer.Caller, Attempts.Caller {

    private final Exchange exchange;
    private final Call call;
    private final Attempts attempts;
    private final RequestBody body = new RequestBody();
    private Timeouts timeouts = Timeouts.DEFAULT;
    private @Nullable MemberTls tls;
    private @Nullable Upstream upstream;
    private @Nullable StickyCookie sticky;
    private boolean over;
    private boolean early;
    private boolean unflushed;
    private long dialledAt;
    private long sentAt;

    Approach(Exchange exchange, Call call) {
        this.exchange = exchange;
        this.call = call;
        this.attempts = call.attempts();
    }

    /** Looks for a member. */
    void find() {
        switch (call.route().target()) {
            case Target.OfPool(String name) -> {
                Pool pool = call.worker().surroundings().pools().find(name).orElse(null);
                if (pool == null) {
                    exchange.reply(Reason.NO_MEMBER);
                    return;
                }
                attempts.begin(pool, BalanceKey.of(call.draft(), pool.spec()));
                sticky = sticky(pool, call.request().headers());
                next(pool);
            }
            case Target.Fixed(Address address, boolean secure) -> {
                tls = secure ? call.worker().surroundings().publicTls() : null;
                connect(address, address, true);
            }
            case Target.Nobody() -> exchange.reply(Reason.NO_MEMBER);
        }
    }

    /** Reads the sticky cookie of a pool that has one, and removes it from what the member will see. */
    private static @Nullable StickyCookie sticky(Pool pool, HttpHeaders headers) {
        StickySessions sessions = pool.sticky();
        if (sessions == null) {
            return null;
        }
        List<String> lines = headers.getAll(HttpHeaderNames.COOKIE);
        StickyCookie cookie = StickyCookie.read(sessions, lines);
        if (cookie.sent()) {
            headers.set(HttpHeaderNames.COOKIE, cookie.without(lines));
        }
        return cookie;
    }

    private void next(Pool pool) {
        switch (attempts.next(bound(pool), call.worker().loop(), this)) {
            case Attempt attempt -> connect(attempt.member());
            case Step.Queued _ -> { // the client is not read from meanwhile
                exchange.dialled();
                exchange.watch(); // no member is awaited now
            }
            case Step.Refused(Reason reason) -> exchange.reply(reason);
        }
    }

    /** A client that is logged in on a member goes there again, whatever the balance says. */
    private @Nullable Member bound(Pool pool) {
        OwnUpstreams logins = call.client().logins();
        Member loggedIn = logins == null ? null : logins.member(pool);
        return loggedIn != null || sticky == null ? loggedIn : sticky.bound();
    }

    /** Tries another member; a fixed target has no other. */
    private void retry(Reason failed, Outcome outcome) {
        Attempt attempt = attempts.current();
        if (attempt == null) {
            exchange.reply(failed);
        } else {
            attempts.failed(failed, outcome);
            next(attempt.member().pool());
        }
    }

    @Override
    public void admitted(Attempt attempt) {
        assert call.worker().isHome() : "another thread";
        try {
            connect(attempt.member());
            goOn();
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    @Override
    public void turnedAway(Reason reason) {
        assert call.worker().isHome() : "another thread";
        try {
            exchange.reply(reason);
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    private void connect(Member member) {
        PoolSpec spec = member.pool().spec();
        timeouts = spec.timeouts();
        tls = spec.tls();
        connect(member, member.address(), true);
    }

    private void connect(Object key, Address address, boolean mayReuse) {
        Upstream idle = mayReuse ? idle(key) : null;
        if (idle != null) {
            send(idle);
            return;
        }
        Duration own = call.route().connectTimeout();
        Duration timeout = own != null ? own : timeouts.connect();
        exchange.dialling(timeout);
        dialledAt = call.worker().now();
        call.worker().dialer().dial(key, address, tls, timeout, this);
    }

    /** One that the client is logged in on before one that is anybody's. */
    private @Nullable Upstream idle(Object key) {
        OwnUpstreams logins = call.client().logins();
        Upstream own = logins == null ? null : logins.take(key, tls, logsIn());
        return own != null ? own : call.worker().idle().take(key, tls);
    }

    /** Whether the request, as the member gets it, is part of a login that holds for its connection. */
    boolean logsIn() {
        return ConnectionLogin.isIn(call.request().headers(), HttpHeaderNames.AUTHORIZATION);
    }

    @Override
    public void connected(Upstream fresh) {
        assert call.worker().isHome() : "another thread";
        if (over) {
            fresh.park();
            return;
        }
        try {
            Attempt attempt = attempts.current();
            Reason evicted = attempt == null ? null : attempt.evicted();
            if (evicted == null) {
                send(fresh);
            } else { // while it was dialled: whoever closes the rest has not seen this connection
                fresh.close();
                retry(evicted, evicted.outcome());
            }
            goOn();
        } catch (RuntimeException | Error e) {
            fresh.close();
            exchange.broken(e);
        }
    }

    @Override
    public void failed(Throwable error) {
        assert call.worker().isHome() : "another thread";
        if (over) {
            return;
        }
        try {
            Reason reason = Failures.dialling(error);
            boolean ours = call.worker().wasHeldUpSince(dialledAt); // Netty's timer does not look at the
                                                                    // socket
            retry(reason, ours ? Outcome.UNKNOWN : reason.outcome());
            goOn();
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /** Nobody else flushes, or asks the client for the rest, where this was not begun by a read. */
    private void goOn() {
        flush();
        call.client().resume();
    }

    private void send(Upstream to) {
        upstream = to;
        to.attach(exchange);
        if (logsIn()) {
            to.belongTo(call.client().ownLogins());
        }
        exchange.awaitAnew();
        String host = call.draft().preservesHost() ? call.draft().clientHost() : null;
        call.request().headers().set(HttpHeaderNames.HOST, host != null ? host : to.authority());
        body.begin(call.request(), to);
        unflushed = true;
        sentAt = call.worker().now();
    }

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        body.add(content, upstream);
        unflushed = upstream != null;
    }

    /** What was written for the member goes out; called once for all that was read. */
    void flush() {
        Upstream to = upstream;
        if (unflushed && to != null) {
            unflushed = false;
            body.writeHead(to);
            to.flush();
            exchange.watch();
        }
    }

    /**
     * Whether more can be read from the client: the body as fast as the member takes it, then only to see it
     * leave.
     */
    boolean wantsMore() {
        Upstream to = upstream;
        return body.isComplete() || (to == null ? !body.isWaiting() : to.isWritable());
    }

    /** The answer begins. */
    void answered() {
        Upstream by = upstream;
        early = by == null || !body.isComplete() || !by.hasTakenAll();
        Attempt attempt = attempts.current();
        if (attempt != null) {
            attempt.answered(call.worker().now() - sentAt);
        }
    }

    /**
     * The connection is gone without a byte of the answer: the request is sent again. False where that could
     * do its work twice; where nothing of it was sent it cannot.
     */
    boolean again() {
        Upstream gone = leave();
        if (gone == null || !isRepeatable(gone)) {
            if (gone != null && gone.isReused() && !gone.isHeard()) {
                attempts.release(Outcome.UNKNOWN); // as below: the member is not to blame
            }
            return false;
        }
        body.rewind();
        if (!gone.isReused()) {
            retry(Reason.UPSTREAM_RESET, Outcome.RESET);
        } else if (gone.key() instanceof Member member) {
            connect(member, member.address(), false); // it lay idle for too long: the member is not to blame
        } else if (gone.key() instanceof Address address) {
            connect(address, address, false);
        }
        goOn();
        return true;
    }

    /** The connection was closed, for its member must not be used: another takes the request, as above. */
    boolean again(Reason evicted) {
        Upstream gone = leave();
        if (gone == null || !isRepeatable(gone)) {
            return false;
        }
        body.rewind();
        retry(evicted, evicted.outcome());
        goOn();
        return true;
    }

    private boolean isRepeatable(Upstream gone) {
        return body.isUnsent() || (!gone.isHeard() && call.head().isRepeatable());
    }

    /** The exchange is over: whatever comes of dialling is not for it. */
    void finish() {
        over = true;
        attempts.leaveQueue();
        body.release();
    }

    /** The connection that is at work, which is nobody's afterwards. */
    @Nullable
    Upstream leave() {
        Upstream used = upstream;
        upstream = null;
        return used;
    }

    /** Closes the connection that is at work. */
    void drop() {
        Upstream used = leave();
        if (used != null) {
            used.close();
        }
    }

    /** The Set-Cookie header that goes with the answer of the member that is held; null for none. */
    @Nullable
    String setCookie() {
        Member member = attempts.held();
        return sticky == null || member == null ? null : sticky.setCookie(member);
    }

    @Nullable
    Upstream upstream() {
        return upstream;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** Whether the answer began before the member had the whole request: it may never read the rest. */
    boolean isAnsweredEarly() {
        return early;
    }

    /** Whether all of the request has come from the client. */
    boolean isComplete() {
        return body.isComplete();
    }

    long bytes() {
        return body.bytes();
    }
}
