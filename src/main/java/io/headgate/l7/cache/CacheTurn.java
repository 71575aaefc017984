package io.headgate.l7.cache;

import io.headgate.l7.CacheUse;
import io.headgate.l7.cache.Flights.Landing;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * One request's dealings with the cache of its route: {@link #lookUp} before a member is asked,
 * {@link #forward} when one is, {@link #head}, {@link #data} and {@link #complete} with its answer,
 * {@link #failed} without one, and {@link #end} in any case. Belongs to one request, and to one thread at a
 * time.
 */
public final class CacheTurn extends CacheSearch {

    private static final AsciiString CACHE_STATUS = AsciiString.cached("Cache-Status");

    /** Null before a member is asked. */
    private @Nullable Fetch fetch;
    private boolean over;
    /** Whether no client gets the answer: it is fetched for the cache alone. */
    private boolean unattended;

    CacheTurn(ResponseCache cache, CacheRules rules) {
        super(cache, rules);
    }

    /** Looks for a stored answer; perhaps again, if the request is sent again. */
    public CacheStep lookUp(CacheQuestion asks) {
        abandon(Landing.LEFT);
        fetch = null;
        return look(asks);
    }

    /**
     * Of a request that was answered from a stale answer: the one that fetches it anew. Has to be forwarded.
     */
    public CacheTurn refresh() {
        CacheTurn anew = new CacheTurn(cache, rules);
        anew.question = question;
        anew.key = key;
        anew.stale = stale;
        anew.unattended = true;
        anew.refreshHere();
        collapsing.handOver(anew.collapsing);
        return anew;
    }

    /** A member is asked: makes the request conditional if what is stored may still be good. */
    public void forward(HttpHeaders request) {
        CacheKey mine = key;
        if (mine == null) {
            return;
        }
        if (unattended) {
            Unattended.strip(request, question(), rules, stale == null ? Vary.NONE : stale.vary());
        }
        CacheQuestion asks = question().with(StoredAnswer.unchecked().add(request));
        question = asks; // as it was looked up: what is added on the way to the member is no part of it
        Fetch asking = new Fetch(cache, rules, mine, asks, stale, validates);
        asking.condition(request, collapsing.leads());
        fetch = asking;
    }

    /**
     * The head of the member's answer, before any change. Null: it is passed on, and its body is told to
     * this. Or what the client gets instead of it.
     *
     * @param delimited whether the end of its body can be told from its being cut off
     */
    public @Nullable CachedReply head(HttpResponseStatus status, HttpHeaders headers, boolean delimited) {
        int code = status.code();
        Fetch asked = fetch;
        if (asked == null) {
            if (!question().isSafe() && code >= 200 && code < 400) {
                Invalidation.after(question(), headers, cache.store());
            }
            return null;
        }
        return switch (asked.head(status, headers, delimited)) {
            case Fetch.Heard.StillGood(CachedReply reply, boolean kept) -> {
                use = CacheUse.REVALIDATED;
                told = "fwd=stale; fwd-status=304";
                collapsing.land(kept ? Landing.STORED : Landing.NOT_STORED);
                yield reply;
            }
            case Fetch.Heard.Failed(StoredAnswer instead) -> {
                told = "fwd=stale; fwd-status=" + code;
                yield serveStale(instead);
            }
            case Fetch.Heard.Storing _ -> {
                told = told + "; stored";
                yield null;
            }
            case Fetch.Heard.Passing _ -> {
                collapsing.land(code < 500 ? Landing.NOT_STORED : Landing.FAILED);
                yield null;
            }
        };
    }

    /** Whether {@link #head} would serve what is stored instead of an answer with this status, an error. */
    public boolean replaces(int code) {
        return fetch != null && fetch.replaces(code);
    }

    /** The member's answer is taken for a failure, and nobody gets it. */
    public void discarded(int code) {
        collapsing.land(code < 500 ? Landing.NOT_STORED : Landing.FAILED);
    }

    /** A part of the body; copies what it needs. */
    public void data(ByteBuf bytes) {
        if (fetch != null && !fetch.data(bytes)) {
            abandon(Landing.NOT_STORED);
        }
    }

    /** Whether the member's answer is being stored. */
    public boolean isStoring() {
        return fetch != null && fetch.isStoring();
    }

    /** The member's answer is whole. */
    public void complete() {
        abandon(fetch != null && fetch.complete() ? Landing.STORED : Landing.FAILED);
    }

    /** No member has answered. What the client gets all the same; null for nothing. */
    public @Nullable CachedReply failed() {
        StoredAnswer has = stale;
        if (over || has == null || !has.mayServeOnError(cache.now())) {
            collapsing.land(Landing.FAILED);
            return null;
        }
        told = "fwd=stale; detail=failed";
        return serveStale(has);
    }

    private CachedReply serveStale(StoredAnswer has) {
        use = CacheUse.STALE;
        collapsing.land(Landing.FAILED);
        return reply(has, cache.now());
    }

    /** Says in an answer's head what the cache did. To be called once for each answer. */
    public void tell(HttpHeaders answer) {
        if (cache.tells()) {
            answer.add(CACHE_STATUS, Storable.NAME + "; " + told);
        }
    }

    /** Null if the request was answered before anybody looked. */
    public @Nullable CacheUse use() {
        return question == null ? null : use;
    }

    /** Nothing is stored of it any more, and nobody waits for it. */
    private void abandon(Landing how) {
        if (fetch != null) {
            fetch.abandon();
        }
        collapsing.land(how);
    }

    /** The request is over, however it ended. */
    public void end() {
        if (!over) {
            over = true;
            collapsing.cancel();
            abandon(Landing.LEFT);
            if (question != null) {
                cache.count(use);
            }
        }
    }
}
