package io.headgate.l7.cache;

import io.headgate.l7.CacheUse;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
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
    private @Nullable CacheQuestion question;
    /** Null for a request that has nothing to do with the cache. */
    private @Nullable CacheKey key;
    private CacheControl wishes = CacheControl.NONE;
    private CacheUse use = CacheUse.BYPASS;
    /** What {@code Cache-Status} says. */
    private String told = "fwd=bypass";
    /** What is stored, and cannot be used as it is. */
    private @Nullable StoredAnswer stale;
    private boolean validates;
    private Flights.@Nullable Flight leads;
    private Flights.@Nullable Flight awaited;
    private @Nullable Waiting waiting;
    private @Nullable Recorded recorded;
    private long asked;
    private long generation;
    /** Until when it waits for others; 0 before it does. */
    private long patience;
    private boolean over;
    /** Whether no client gets the answer: it is fetched for the cache alone. */
    private boolean unattended;

    CacheTurn(ResponseCache cache, CacheRules rules) {
        this.cache = cache;
        this.rules = rules;
    }

    /** An answer that is being stored, by what its head said. */
    private record Recorded(HttpResponseStatus status, HttpHeaders headers, Freshness freshness, Terms terms,
            Vary vary, Recording body) {}

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
        abandon(Flights.Landing.LEFT);
        awaited = null;
        key = null;
        use = CacheUse.BYPASS;
        question = asks;
        if (rules.obeyRequest()) {
            wishes = CacheControl.of(asks.headers().getAll(HttpHeaderNames.CACHE_CONTROL));
            if (wishes.isEmpty() && asks.headers().containsValue(HttpHeaderNames.PRAGMA, "no-cache", true)) {
                wishes = CacheControl.of(List.of("no-cache"));
            }
        }
        String bypasses = wishes.has("no-store") ? "request" : asks.bypasses(rules);
        if (bypasses != null) {
            told = bypasses.equals("method") ? "fwd=method" : "fwd=bypass; detail=" + bypasses;
            return FORWARD;
        }
        key = asks.key(rules);
        return lookAgain();
    }

    /** The same after waiting. */
    public Next lookAgain() {
        waiting = null;
        Flights.Flight other = awaited;
        awaited = null;
        Flights.Landing landing = other == null ? null : other.landing();
        CacheQuestion asks = question();
        long now = cache.now();
        StoredAnswer found = cache.store().find(key(), asks.headers());
        if (found != null && isWanted(found, now)) {
            boolean waited = patience != 0;
            use = waited ? CacheUse.COLLAPSED : CacheUse.HIT;
            told = (waited ? "fwd=miss; collapsed; ttl=" : "hit; ttl=") + found.freshness().left(now);
            return new Next.Reply(reply(found, now), false);
        }
        if (found != null && found.mayServeWhileRevalidating(now) && wishes.isEmpty()) {
            use = CacheUse.STALE;
            told = "hit; ttl=" + found.freshness().left(now);
            stale = found;
            return new Next.Reply(reply(found, now), isRefreshable() && lead());
        }
        if (wishes.has("only-if-cached")) {
            use = CacheUse.MISS;
            told = "fwd=miss; detail=only-if-cached";
            return new Next.Reply(CachedReply.nothing(), false);
        }
        boolean failed = other != null && (landing == null || landing == Flights.Landing.FAILED);
        if (failed && found != null && found.mayServeOnError(now)) {
            return insteadOfWaiting(found, now);
        }
        boolean alone = other != null && landing != Flights.Landing.FAILED
                && landing != Flights.Landing.LEFT;
        return fetch(found, asks, now, alone);
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

    private boolean isWanted(StoredAnswer found, long now) {
        if (wishes.isEmpty()) {
            return found.isFresh(now);
        }
        long most = wishes.seconds("max-age");
        long left = wishes.seconds("min-fresh");
        long past = wishes.has("max-stale") && !found.terms().mustRevalidate()
                ? wishes.hasWhole("max-stale") ? CacheControl.FOREVER : wishes.seconds("max-stale")
                : 0;
        return !wishes.has("no-cache") && !found.terms().noCache()
                && (most == CacheControl.ABSENT || found.freshness().age(now) <= most)
                && found.freshness().left(now) + past > Math.max(0, left);
    }

    /**
     * A member is to be asked.
     *
     * @param alone without waiting for another's answer: it has waited for one, which does not help it
     */
    private Next fetch(@Nullable StoredAnswer found, CacheQuestion asks, long now, boolean alone) {
        stale = found;
        use = CacheUse.MISS;
        told = found == null ? "fwd=miss" : "fwd=stale";
        boolean whole = asks.isGet() && !asks.headers().contains(HttpHeaderNames.RANGE);
        validates = whole && found != null && found.isValidatable();
        boolean waits = !alone && !rules.patience().isZero() && !wishes.has("no-cache")
                && !cache.isPassed(key()) && (found == null || !found.terms().alwaysAsks());
        if (!waits) {
            return FORWARD;
        }
        if (patience == 0) {
            patience = now + rules.patience().toNanos();
        }
        boolean leader = whole && (validates || !Preconditions.areIn(asks.headers()));
        Flights.Flight mine = cache.flights().flight(flight(), now);
        Flights.Flight other = leader ? cache.flights().joinOrLead(mine) : cache.flights().find(flight());
        if (other != null) {
            if (found != null && found.mayServeOnError(now)
                    && other.age(now) >= rules.patience().toNanos()) {
                return insteadOfWaiting(found, now);
            }
            awaited = other;
            return patience - now > 0 ? WAIT : FORWARD;
        }
        if (leader) {
            leads = mine;
            StoredAnswer since = cache.store().find(key(), asks.headers());
            if (since != null && !since.equals(found)) { // stored since: the one that fetched it has just
                                                         // ended
                land(Flights.Landing.STORED);
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
        HttpHeaders headers = question().headers();
        return question().isGet() && !question().hasCredentials()
                && !headers.contains(HttpHeaderNames.RANGE);
    }

    private boolean lead() {
        Flights.Flight mine = cache.flights().flight(flight(), cache.now());
        if (cache.flights().joinOrLead(mine) != null) {
            return false;
        }
        leads = mine;
        return true;
    }

    /**
     * Of a request that was answered from a stale answer: the one that fetches it anew. Has to be forwarded.
     */
    public CacheTurn refresh() {
        CacheTurn anew = new CacheTurn(cache, rules);
        anew.question = question;
        anew.key = key;
        anew.stale = stale;
        anew.validates = stale != null && stale.isValidatable();
        anew.leads = leads;
        anew.use = CacheUse.MISS;
        anew.told = "fwd=stale";
        anew.unattended = true;
        leads = null;
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
        Waiting wait = new Waiting(Objects.requireNonNull(awaited), loop, onward);
        waiting = wait;
        wait.begin(Math.max(0, patience - cache.now()));
    }

    /** A member is asked: makes the request conditional if what is stored may still be good. */
    public void forward(HttpHeaders request) {
        asked = cache.now();
        CacheKey mine = key;
        StoredAnswer has = stale;
        if (mine == null) {
            return;
        }
        generation = cache.store().generation(mine.url());
        if (unattended) {
            Unattended.strip(request, question(), rules, has == null ? Vary.NONE : has.vary());
        }
        // As it was looked up: what Headgate itself adds on the way to the member is no part of the question.
        question = question().with(StoredAnswer.unchecked().add(request));
        request.set(Storable.CAPABILITY, Storable.CAPABLE);
        if (has == null) {
            return;
        }
        if (validates) {
            request.remove(HttpHeaderNames.IF_NONE_MATCH).remove(HttpHeaderNames.IF_MODIFIED_SINCE)
                    .remove(HttpHeaderNames.IF_RANGE);
            String etag = has.etag();
            if (etag != null) {
                request.set(HttpHeaderNames.IF_NONE_MATCH, etag);
            }
            String modified = has.lastModified();
            if (modified != null) {
                request.set(HttpHeaderNames.IF_MODIFIED_SINCE, modified);
            }
        } else if (leads != null) { // the whole answer is wanted
            request.remove(HttpHeaderNames.IF_NONE_MATCH).remove(HttpHeaderNames.IF_MODIFIED_SINCE);
        }
    }

    /**
     * The head of the member's answer, before any change. Null: it is passed on, and its body is told to
     * this. Or what the client gets instead of it.
     *
     * @param delimited whether the end of its body can be told from its being cut off
     */
    public @Nullable CachedReply head(HttpResponseStatus status, HttpHeaders headers, boolean delimited) {
        CacheQuestion asks = question();
        CacheKey mine = key;
        int code = status.code();
        if (mine == null) {
            if (!asks.isSafe() && code >= 200 && code < 400) {
                Invalidation.after(asks, headers, cache.store());
            }
            return null;
        }
        StoredAnswer has = stale;
        if (code == 304 && validates && has != null) {
            return unmodified(mine, has, headers);
        }
        if (code >= 500 && has != null && has.mayServeOnError(cache.now())) {
            told = "fwd=stale; fwd-status=" + code;
            return serveStale(has);
        }
        if (record(status, headers, delimited)) {
            told = told + "; stored";
            return null;
        }
        if (asks.isGet() && code < 500 && code != 206 && code != 304) { // a newer answer than what is stored
            if (has != null) {
                cache.store().remove(mine, has);
            }
            cache.pass(mine);
        }
        land(code < 500 ? Flights.Landing.NOT_STORED : Flights.Landing.FAILED);
        return null;
    }

    private CachedReply unmodified(CacheKey mine, StoredAnswer has, HttpHeaders headers) {
        long now = cache.now();
        Freshness.Times times = new Freshness.Times(asked, now, cache.wall());
        HttpHeaders updated = has.updated(headers);
        Terms terms = Storable.terms(question(), rules, has.status().code(), updated, times);
        Terms its = terms == null ? has.terms() : terms;
        Freshness freshness = Freshness.of(updated, its.lifetime(), times);
        CachedReply reply = CachedReply.of(question(),
                StoredAnswer.whole(has.status(), updated, has.body(), freshness, its, has.vary()), now);
        if (terms == null) {
            cache.store().remove(mine, has);
        } else {
            cache.store().put(mine, StoredAnswer.of(has.status(), updated, has.body(), freshness, terms,
                    has.vary(), rules), generation);
        }
        use = CacheUse.REVALIDATED;
        told = "fwd=stale; fwd-status=304";
        land(terms == null ? Flights.Landing.NOT_STORED : Flights.Landing.STORED);
        return reply;
    }

    private boolean record(HttpResponseStatus status, HttpHeaders headers, boolean delimited) {
        String said = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        long length = said == null ? -1 : length(said);
        Freshness.Times times = new Freshness.Times(asked, cache.now(), cache.wall());
        Terms terms = delimited && length <= rules.maxEntry()
                ? Storable.terms(question(), rules, status.code(), headers, times)
                : null;
        Vary vary = terms == null ? null : Vary.of(headers, question().headers());
        if (terms == null || vary == null) {
            return false;
        }
        HttpHeaders copy = StoredAnswer.unchecked().add(headers);
        recorded = new Recorded(status, copy, Freshness.of(headers, terms.lifetime(), times), terms, vary,
                new Recording(cache.store(), rules.maxEntry(), length));
        return true;
    }

    private static long length(String said) {
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // too large for us
        }
    }

    /** A part of the body; copies what it needs. */
    public void data(ByteBuf bytes) {
        Recorded now = recorded;
        Recording.Added added = now == null ? Recording.Added.YES : now.body.add(bytes);
        if (added == Recording.Added.TOO_LARGE) { // and a newer answer than what is stored
            StoredAnswer has = stale;
            if (has != null) {
                cache.store().remove(key(), has);
            }
            cache.pass(key());
        }
        if (added != Recording.Added.YES) {
            abandon(Flights.Landing.NOT_STORED);
        }
    }

    /** Whether the member's answer is being stored. */
    public boolean isStoring() {
        return recorded != null;
    }

    /** The member's answer is whole. */
    public void complete() {
        Recorded now = recorded;
        boolean whole = now != null && now.body.isWhole();
        if (now != null && whole) {
            cache.store().put(key(),
                    StoredAnswer.of(now.status, now.headers, now.body.finish(), now.freshness,
                            now.terms, now.vary, rules),
                    generation);
        }
        abandon(whole ? Flights.Landing.STORED : Flights.Landing.FAILED);
    }

    /** No member has answered. What the client gets all the same; null for nothing. */
    public @Nullable CachedReply failed() {
        StoredAnswer has = stale;
        if (over || has == null || !has.mayServeOnError(cache.now())) {
            land(Flights.Landing.FAILED);
            return null;
        }
        told = "fwd=stale; detail=failed";
        return serveStale(has);
    }

    private CachedReply serveStale(StoredAnswer has) {
        use = CacheUse.STALE;
        land(Flights.Landing.FAILED);
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
    private void abandon(Flights.Landing how) {
        Recorded now = recorded;
        if (now != null) {
            recorded = null;
            now.body.giveBack();
        }
        land(how);
    }

    private void land(Flights.Landing how) {
        Flights.Flight mine = leads;
        if (mine != null) {
            leads = null;
            mine.end(how);
        }
    }

    /** The request is over, however it ended. */
    public void end() {
        if (!over) {
            over = true;
            Waiting wait = waiting;
            if (wait != null) {
                wait.cancel();
            }
            abandon(Flights.Landing.LEFT);
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
