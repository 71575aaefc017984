package io.headgate.l7.fast;

import io.headgate.l7.BalanceKey;
import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.StickyCookie;
import io.headgate.l7.route.Target;
import io.headgate.net.ClientSource;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Member;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Reason;
import io.headgate.pool.Step;
import io.headgate.pool.StickySessions;
import io.headgate.pool.Timeouts;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The first part of a {@link Dispatch}: finds a member for a request and a connection to it, idle or new. It
 * is the base of Dispatch instead of a part of it, because a part would be one more object for each request.
 *
 * <p>
 * The dialer and the pool's queue call back from outside the pipelines. An exception there ends the exchange:
 * the code that calls back would only log it, and the request would never end.
 */
abstract class MemberSearch implements Dialer.Caller, Attempts.Caller {

    final Exchange exchange;
    final RequestContext context;
    final Attempts attempts;
    private Timeouts timeouts = Timeouts.DEFAULT;
    private @Nullable MemberTls tls;
    private MemberProtocol protocol = MemberProtocol.HTTP1;
    private @Nullable StickyCookie sticky;
    private @Nullable Pool pool;
    /** Where the request goes instead of where its route leads; null until then. */
    private Target.@Nullable OfPool other;
    private boolean over;
    private @Nullable Dialing dialing;
    private long dialledAt;

    MemberSearch(Exchange exchange, RequestContext context) {
        this.exchange = exchange;
        this.context = context;
        this.attempts = context.attempts();
    }

    /** A connection to the member that is held: the request is sent. */
    abstract void send(Upstream to);

    /**
     * Called after what did not begin with a read: nobody else flushes, or reads the rest from the client.
     */
    abstract void goOn();

    /** A member is to be asked, once there is a connection to it. */
    abstract void asks(Pool pool);

    /** Looks for a member. */
    final void find() {
        switch (other == null ? context.route().target() : other) {
            case Target.OfPool(String name) -> {
                Pool found = context.worker().services().pools().find(name).orElse(null);
                if (found == null) {
                    exchange.reply(Reason.NO_MEMBER);
                    return;
                }
                pool = found;
                attempts.begin(found, BalanceKey.of(found.spec(), context.draft()));
                sticky = sticky(found, context.request().headers());
                next(found);
            }
            case Target.Fixed(Address address, boolean secure) -> {
                tls = secure ? context.worker().services().publicTls() : null;
                connect(address, address, true, null);
            }
            case Target.Nobody() -> exchange.reply(Reason.NO_MEMBER);
        }
    }

    /** Looks for a member once more. One that was tried is asked again only if no other is left. */
    final void findAgain() {
        assert context.worker().isHome() : "another thread";
        if (over) {
            return;
        }
        try {
            Pool again = pool;
            if (again == null) {
                find();
            } else {
                attempts.begin(again, attempts.hash());
                next(again);
            }
            goOn();
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /** From now on, members of this pool are looked for. False if that has been said before. */
    final boolean goesTo(String another) {
        if (other != null) {
            return false;
        }
        other = new Target.OfPool(another);
        pool = null;
        return true;
    }

    /** Where the member comes from; null for a fixed target. */
    final @Nullable Pool pool() {
        return pool;
    }

    /** Whether a member is left that was not tried. */
    final boolean hasAnother() {
        return pool != null && attempts.offersAnother();
    }

    /** Whether a connection is being made, which the dialer will report. */
    final boolean isDialling() {
        return dialing != null;
    }

    /** Nobody waits any more for a connection that is being made. */
    final void forgetDialing() {
        if (dialing != null) {
            dialing.forget();
            dialing = null;
        }
    }

    /** Whether only one member will do. */
    final boolean isBound() {
        return pool != null && bound(pool) != null;
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
        switch (attempts.next(bound(pool), context.worker().loop(), this)) {
            case Attempt attempt -> connect(attempt.member());
            case Step.Queued _ -> { // the client is not read from meanwhile
                exchange.dialled();
                exchange.watch(); // no member is awaited now
            }
            case Step.Refused(Reason reason) -> exchange.refused(reason);
        }
    }

    /** A client that is logged in on a member goes there again, whatever the algorithm says. */
    private @Nullable Member bound(Pool pool) {
        OwnUpstreams logins = context.client().logins();
        Member loggedIn = logins == null ? null : logins.member(pool);
        return loggedIn != null || sticky == null ? loggedIn : sticky.bound();
    }

    /** Tries another member; a fixed target has no other. */
    final void retry(Reason failed, Outcome outcome) {
        Attempt attempt = attempts.current();
        if (attempt == null) {
            exchange.refused(failed);
        } else {
            attempts.failed(failed, outcome);
            next(attempt.member().pool());
        }
    }

    @Override
    public final void admitted(Attempt attempt) {
        assert context.worker().isHome() : "another thread";
        try {
            connect(attempt.member());
            goOn();
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    @Override
    public final void turnedAway(Reason reason) {
        assert context.worker().isHome() : "another thread";
        try {
            exchange.refused(reason);
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    private void connect(Member member) {
        PoolSpec spec = member.pool().spec();
        timeouts = spec.timeouts();
        tls = spec.tls();
        protocol = context.head().webSocket() ? MemberProtocol.HTTP1 : spec.protocol();
        asks(member.pool());
        connect(key(member), member.address(), true, null);
    }

    /** Whom connections to this member are kept for. */
    private Object key(Member member) {
        ClientSource source = context.client().source();
        return source == null ? member : new MemberFrom(member, source);
    }

    /** The same member again, by a new connection. */
    final void reconnect(Upstream gone) {
        connect(gone.key(), gone.address(), false, null);
    }

    /** The same member again, by another connection than the one that has refused the request. */
    final void reconnectElsewhere(Upstream refused) {
        connect(refused.key(), refused.address(), true, refused);
    }

    /** Sends the request on a connection that is there, or makes one. */
    private void connect(Object key, Address address, boolean mayReuse, @Nullable Upstream refused) {
        Upstream idle = mayReuse ? idle(key, refused) : null;
        if (idle != null) {
            send(idle);
            return;
        }
        exchange.dialling(connectTimeout());
        dialledAt = context.worker().now();
        Dialing made = new Dialing(this);
        dialing = made;
        dial(key, address, made);
    }

    /** How long connecting may take, and again TLS. */
    final Duration connectTimeout() {
        Duration own = context.route().connectTimeout();
        return own != null ? own : timeouts.connect();
    }

    private void dial(Object key, Address address, Dialing caller) {
        Worker worker = context.worker();
        if (protocol == MemberProtocol.HTTP1) {
            worker.dialer().dial(key, address, tls, connectTimeout(), caller);
        } else {
            worker.http2().dial(UpstreamTarget.of(key, address, tls), protocol, connectTimeout(), caller);
        }
    }

    /** Finds a connection to another member of the pool, which is asked besides. */
    final void connectBeside(Member member, Dialing caller) {
        Object key = key(member);
        Upstream idle = idle(key, null);
        if (idle != null) {
            caller.connected(idle);
        } else {
            dial(key, member.address(), caller);
        }
    }

    /** Prefers a connection that the client is logged in on to one that anybody may use. */
    private @Nullable Upstream idle(Object key, @Nullable Upstream refused) {
        if (protocol == MemberProtocol.H2C || protocol == MemberProtocol.H2) {
            return context.worker().http2().take(key, tls, refused);
        }
        OwnUpstreams logins = context.client().logins();
        Http1Upstream own = logins == null ? null : logins.take(key, tls, logsIn());
        Upstream shared = own == null && protocol == MemberProtocol.AUTO
                ? context.worker().http2().take(key, tls, refused)
                : own;
        return shared != null ? shared : context.worker().idle().take(key, tls);
    }

    /** Whether the request, as the member gets it, is part of a login that holds for its connection. */
    final boolean logsIn() {
        return ConnectionLogin.isIn(context.request().headers(), HttpHeaderNames.AUTHORIZATION);
    }

    @Override
    public final void connected(Upstream fresh) {
        assert context.worker().isHome() : "another thread";
        dialing = null;
        try {
            Attempt attempt = attempts.current();
            Reason evicted = attempt == null ? null : attempt.evicted();
            if (attempt != null) {
                attempt.connected(context.worker().now() - dialledAt);
            }
            if (evicted == null) {
                send(fresh);
            } else { // while it was dialled: Worker.evict could not see this connection
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
    public final void failed(Throwable error) {
        assert context.worker().isHome() : "another thread";
        dialing = null;
        try {
            Attempt attempt = attempts.current();
            if (attempt != null) {
                attempt.member().pool().connections().failedOne();
            }
            Reason evicted = attempt == null ? null : attempt.evicted();
            if (evicted != null) { // perhaps Worker.evict has closed it, during the handshake of TLS
                retry(evicted, evicted.outcome());
                goOn();
                return;
            }
            Reason reason = Failures.dialling(error);
            // Netty's timer does not look at the socket, so it may be wrong after a hold-up.
            boolean ours = context.worker().wasHeldUpSince(dialledAt);
            retry(reason, ours || isWayToBlame(error) ? Outcome.UNKNOWN : reason.outcome());
            goOn();
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /** From a client's address, the way between it and the member may be wrong, and others have another. */
    final boolean isWayToBlame(Throwable error) {
        return context.client().source() != null && !(error instanceof SSLException)
                && !ClientSource.refused(error);
    }

    /** The search is over: a connection that is still being made goes to the idle ones. */
    final void stop() {
        over = true;
        forgetDialing();
        attempts.leaveQueue();
    }

    /** The Set-Cookie header that goes with the answer of the member that is held; null for none. */
    final @Nullable String setCookie() {
        Member member = attempts.held();
        return sticky == null || member == null ? null : sticky.setCookie(member);
    }

    final Timeouts timeouts() {
        return timeouts;
    }
}
