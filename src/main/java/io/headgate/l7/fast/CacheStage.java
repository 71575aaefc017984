package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.pool.Attempts;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;

/** Between the route's edits and a member: asks the cache of a route that has one. */
final class CacheStage {

    private final Exchange exchange;
    private final RequestContext context;
    private final CacheTurn turn;

    CacheStage(Exchange exchange, CacheTurn turn) {
        this.exchange = exchange;
        this.context = exchange.context();
        this.turn = turn;
    }

    void lookUp() {
        act(turn.lookUp(context.question()));
    }

    private void act(CacheTurn.Next next) {
        switch (next) {
            case CacheTurn.Next.Reply(CachedReply reply, boolean refresh) -> {
                CacheTurn anew = refresh ? turn.refresh() : null;
                exchange.replay(reply);
                if (anew != null) {
                    refresh(anew);
                }
            }
            case CacheTurn.Next.Wait _ -> turn.await(context.worker().loop(), this::waited);
            case CacheTurn.Next.Forward _ -> {
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
}
