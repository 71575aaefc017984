package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.headgate.l7.cache.CacheStep;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.pool.Attempts;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Objects;

/** The cache of a route that has one: between the route's edits and a member, and in the place of one. */
final class CacheStage {

    private final Exchange exchange;
    private final RequestContext context;
    private final CacheTurn turn;
    private boolean playing;

    CacheStage(Exchange exchange, CacheTurn turn) {
        this.exchange = exchange;
        this.context = exchange.context();
        this.turn = turn;
    }

    void lookUp() {
        act(turn.lookUp(context.question()));
    }

    private void act(CacheStep next) {
        switch (next) {
            case CacheStep.Reply(CachedReply reply, boolean refresh) -> {
                CacheTurn anew = refresh ? turn.refresh() : null;
                replay(reply);
                if (anew != null) {
                    refresh(anew);
                }
            }
            case CacheStep.Wait _ -> turn.await(context.worker().loop(), this::waited);
            case CacheStep.Forward _ -> {
                turn.forward(context.request().headers());
                exchange.send();
            }
        }
    }

    /** Another request has fetched what this one wants, or has not. */
    private void waited() {
        try {
            if (!exchange.isFinished()) {
                act(turn.lookAgain());
                exchange.flushAndResume();
            }
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /**
     * Fetches the answer anew by an exchange that has the same request, and no client: what becomes of its
     * copy does not show in the client's log.
     */
    private void refresh(CacheTurn anew) {
        HttpRequest client = context.request();
        HttpRequest own = new DefaultHttpRequest(client.protocolVersion(), client.method(), client.uri(),
                client.headers().copy());
        Refresh nobody = new Refresh(context.client().origin(), anew);
        Exchange fetching = new Exchange(new RequestContext(nobody, context.worker(), context.route(),
                context.draft(), own, context.head(), new Attempts(Repeatable.MAX_ATTEMPTS),
                context.worker().now(), anew));
        nobody.of(fetching);
        try {
            anew.forward(own.headers());
            nobody.identify(own);
            fetching.fetch();
        } catch (RuntimeException | Error e) {
            fetching.broken(e);
        }
    }

    /** Answers from the cache. */
    private void replay(CachedReply reply) {
        try {
            exchange.relay().replay(reply);
            exchange.succeeded();
        } catch (IllegalArgumentException e) {
            context.notApplied(" to a stored answer", e);
            exchange.reply(Reason.INTERNAL_ERROR);
            return;
        }
        play();
    }

    /** Writing and flushing tell in turn whether the client takes more: that must not begin another round. */
    void play() {
        if (playing) {
            return;
        }
        Relay relay = exchange.relay();
        playing = true;
        relay.play();
        while (!exchange.isFinished() && !relay.isOver()) {
            context.client().flush();
            if (!context.client().isWritable()) {
                break;
            }
            relay.play();
        }
        playing = false;
        if (!exchange.isFinished() && relay.isOver()) {
            exchange.complete();
        } else {
            exchange.watch();
        }
    }

    /** A stored answer replaces the member's: its 304, whose end comes with it, or its error. */
    void insteadOfMembers(CachedReply reply) {
        exchange.dispatch().answered();
        if (exchange.relay().memberStatus() != 304) {
            exchange.dispatch().drop();
            exchange.memberDone();
            replay(reply);
        }
    }

    /** That of a 304. */
    void membersAnswerEnded() {
        exchange.memberDone();
        replay(Objects.requireNonNull(exchange.relay().instead()));
    }

    /** No member has answered. Whether what is stored is served instead. */
    boolean servesStale(Reason reason) {
        CachedReply stale = reason.status() < 502 ? null : turn.failed();
        if (stale == null) {
            return false;
        }
        exchange.dispatch().drop();
        context.attempts().release(Outcome.UNKNOWN);
        exchange.dispatch().finish();
        replay(stale);
        return true;
    }
}
