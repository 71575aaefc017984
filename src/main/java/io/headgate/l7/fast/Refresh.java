package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.port.RequestIds;
import io.headgate.l7.route.RequestDraft;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Fetches an answer for the cache, after a client got the stale one. */
final class Refresh extends Nobody {

    private final CacheTurn turn;
    private RequestTracer.@Nullable Trace trace;

    /**
     * @param origin of the client on whose account it is fetched
     * @param turn what becomes of the answer
     */
    Refresh(ClientOrigin origin, CacheTurn turn) {
        super(origin);
        this.turn = turn;
    }

    /** Gives the request an identifier and a trace of its own, if requests have such. */
    void identify(HttpRequest request) {
        request.headers().remove(Forwarding.REQUEST_ID);
        if (origin().forwarded().identifies()) {
            request.headers().set(Forwarding.REQUEST_ID,
                    RequestIds.made(origin().worker().services().random()));
        }
        RequestTracer tracer = origin().worker().services().tracer();
        trace = tracer == null ? null : tracer.begin(request);
    }

    @Override
    public RequestTracer.@Nullable Trace trace(RequestDraft draft) {
        return trace;
    }

    /** All that had come is read. What will not be stored is not read to its end. */
    @Override
    public void flush() {
        Exchange mine = exchange();
        if (mine != null && mine.relay().hasBegun() && !mine.relay().isReplaying() && !turn.isStoring()) {
            close();
        }
    }
}
