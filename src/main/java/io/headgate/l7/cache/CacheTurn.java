package io.headgate.l7.cache;

import io.headgate.l7.CacheUse;
import io.headgate.l7.cache.Collapsing.Waited;
import io.headgate.l7.cache.Flights.Landing;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One request's dealings with the cache of its route: {@link #lookUp} before a member is asked,
 * {@link #forward} when one is, {@link #head}, {@link #data} and {@link #complete} with its answer,
 * {@link #failed} without one, and {@link #end} in any case. Belongs to one request, and to one thread at a
 * time.
 */
public final class CacheTurn {

    private static final AsciiString CACHE_STATUS = AsciiString.cached("Cache-Status");

    private final ResponseCache cache;
    private final CacheRules rules;
    private final Collapsing collapsing;
    private @Nullable CacheQuestion question;
    /** Null for a request that has nothing to do with the cache. */
    private @Nullable CacheKey key;
    private Wishes wishes = Wishes.NONE;
    private CacheUse use = CacheUse.BYPASS;
    /** What {@code Cache-Status} says. */
    private String told = "fwd=bypass";
    /** What is stored, and cannot be used as it is. */
    private @Nullable StoredAnswer stale;
    private boolean validates;
    /** Null before a member is asked. */
    private @Nullable Fetch fetch;
    private boolean over;
    /** Whether no client gets the answer: it is fetched for the cache alone. */
    private boolean unattended;

    CacheTurn(ResponseCache cache, CacheRules rules) {
        this.cache = cache;
        this.rules = rules;
        this.collapsing = new Collapsing(cache, rules.patience().toNanos());
    }

    /** What to do with a request. */
    public sealed interface Next {

        /**
         * It is answered so.
         *
         * @param refresh whether the answer is to be fetched anew behind the client's back: see
         *            {@link CacheTurn#refresh}
         */
        record Reply(CachedReply reply, boolean refresh) implements Next {}

        /** A member is asked: call {@link CacheTurn#forward}. */
        record Forward() implements Next {}

        /** Another request fetches it: call {@link CacheTurn#await}. */
        record Wait() implements Next {}
    }

    private static final Next FORWARD = new Next.Forward();
    private static final Next WAIT = new Next.Wait();

    /** Looks for a stored answer; perhaps again, if the request is sent again. */
    public Next lookUp(CacheQuestion asks) {
        abandon(Landing.LEFT);
        collapsing.stop();
        fetch = null;
        key = null;
        use = CacheUse.BYPASS;
        question = asks;
        wishes = Wishes.of(asks.headers(), rules);
        String bypasses = wishes.rulesOutStoring() ? "request" : asks.bypasses(rules);
        if (bypasses != null) {
            told = bypasses.equals("method") ? "fwd=method" : "fwd=bypass; detail=" + bypasses;
            return FORWARD;
        }
        key = asks.key(rules);
        return lookAgain();
    }

    /** The same after waiting. */
    public Next lookAgain() {
        Waited waited = collapsing.stop();
        long now = cache.now();
        StoredAnswer found = cache.store().find(key(), question().headers());
        if (found != null && wishes.accept(found, now)) {
            boolean collapsed = collapsing.hasBegun();
            use = collapsed ? CacheUse.COLLAPSED : CacheUse.HIT;
            told = (collapsed ? "fwd=miss; collapsed; ttl=" : "hit; ttl=") + found.freshness().left(now);
            return new Next.Reply(reply(found, now), false);
        }
        if (found != null && found.mayServeWhileRevalidating(now) && wishes.areNone()) {
            use = CacheUse.STALE;
            told = "hit; ttl=" + found.freshness().left(now);
            stale = found;
            return new Next.Reply(reply(found, now), isRefreshable() && collapsing.lead(flight()));
        }
        if (wishes.rulesOutAsking()) {
            use = CacheUse.MISS;
            told = "fwd=miss; detail=only-if-cached";
            return new Next.Reply(CachedReply.nothing(), false);
        }
        return waited == Waited.IN_VAIN && found != null && found.mayServeOnError(now)
                ? insteadOfWaiting(found, now)
                : ask(found, now, waited);
    }

    /**
     * While a member fails or hangs, all but the one that asks it get the stale answer, and none of them
     * waits for another after that.
     */
    private Next insteadOfWaiting(StoredAnswer found, long now) {
        use = CacheUse.STALE;
        told = "fwd=stale; collapsed; detail=failed";
        return new Next.Reply(reply(found, now), false);
    }

    /** A member is to be asked, by this request or by another. */
    private Next ask(@Nullable StoredAnswer found, long now, Waited waited) {
        CacheQuestion asks = question();
        stale = found;
        use = CacheUse.MISS;
        told = found == null ? "fwd=miss" : "fwd=stale";
        boolean whole = asks.isWhole();
        validates = whole && found != null && found.isValidatable();
        boolean alone = waited == Waited.FOR_AN_ANSWER || wishes.rulesOutStored()
                || (found != null && found.terms().alwaysAsks());
        if (alone || !collapsing.mayWait() || cache.isPassed(key())) {
            return FORWARD;
        }
        boolean leader = whole && (validates || !Preconditions.areIn(asks.headers()));
        Flights.Flight other = collapsing.other(flight(), leader, now);
        if (other != null) {
            if (found != null && found.mayServeOnError(now) && collapsing.isOverdue(other, now)) {
                return insteadOfWaiting(found, now);
            }
            return collapsing.join(other, now) ? WAIT : FORWARD;
        }
        if (leader) {
            StoredAnswer since = cache.store().find(key(), asks.headers());
            if (since != null && !since.equals(found)) { // the one that fetched it has just ended
                collapsing.land(Landing.STORED);
                return lookAgain();
            }
        }
        return FORWARD;
    }

    private Flights.Key flight() {
        return new Flights.Key(key(), cache.store().expected(key(), question().headers()));
    }

    /** Whether it can be sent once more, on its own account. */
    private boolean isRefreshable() {
        return question().isWhole() && !question().hasCredentials();
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

    /** The request that got {@link Next.Reply} with a refresh fetches the answer itself and waits for it. */
    public void refreshHere() {
        use = CacheUse.MISS;
        told = "fwd=stale";
        validates = stale != null && stale.isValidatable();
    }

    /**
     * Waits for the other request.
     *
     * @param onward called once on the loop, unless this has ended by then: calls {@link #lookAgain}
     */
    public void await(ScheduledExecutorService loop, Runnable onward) {
        collapsing.await(loop, onward);
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

    private CachedReply reply(StoredAnswer answer, long now) {
        return CachedReply.of(question(), answer, now);
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

    private CacheQuestion question() {
        return Objects.requireNonNull(question);
    }

    private CacheKey key() {
        return Objects.requireNonNull(key);
    }
}
