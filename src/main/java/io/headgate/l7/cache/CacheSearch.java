package io.headgate.l7.cache;

import io.headgate.l7.CacheUse;
import io.headgate.l7.cache.Collapsing.Waited;
import io.headgate.l7.cache.Flights.Landing;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheTurn} before a member is asked: looks for a stored answer, and decides whether the client
 * gets it, whether this request waits for another that asks already, or whether a member is asked. It is the
 * base of CacheTurn instead of a part of it, because a part would be one more object for each request.
 */
abstract class CacheSearch {

    private static final CacheStep FORWARD = new CacheStep.Forward();
    private static final CacheStep WAIT = new CacheStep.Wait();

    final ResponseCache cache;
    final CacheRules rules;
    final Collapsing collapsing;
    @Nullable
    CacheQuestion question;
    /** Null for a request that has nothing to do with the cache. */
    @Nullable
    CacheKey key;
    private Wishes wishes = Wishes.NONE;
    CacheUse use = CacheUse.BYPASS;
    /** What {@code Cache-Status} says. */
    String told = "fwd=bypass";
    /** What is stored, and cannot be used as it is. */
    @Nullable
    StoredAnswer stale;
    /** Whether the member is asked if that is still good. */
    boolean validates;

    CacheSearch(ResponseCache cache, CacheRules rules) {
        this.cache = cache;
        this.rules = rules;
        this.collapsing = new Collapsing(cache, rules.patience().toNanos());
    }

    /** The first look, or that of a request that is sent again. Nothing of an earlier one is left. */
    final CacheStep look(CacheQuestion asks) {
        collapsing.stop();
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

    /** Looks again after waiting. */
    public final CacheStep lookAgain() {
        Waited waited = collapsing.stop();
        long now = cache.now();
        StoredAnswer found = cache.store().find(key(), question().headers());
        if (found == null) {
            if (collapsing.reads(key(), question().headers())) {
                return WAIT;
            }
            found = collapsing.read(key(), question().headers());
        }
        if (found != null && wishes.accept(found, now)) {
            boolean collapsed = collapsing.hasBegun();
            use = collapsed ? CacheUse.COLLAPSED : CacheUse.HIT;
            if (cache.tells()) {
                told = (collapsed ? "fwd=miss; collapsed; ttl=" : "hit; ttl=") + found.freshness().left(now)
                        + (collapsing.hasRead() ? "; detail=disk" : "");
            }
            return new CacheStep.Reply(reply(found, now), false);
        }
        if (found != null && found.mayServeWhileRevalidating(now) && wishes.areNone()) {
            use = CacheUse.STALE;
            told = "hit; ttl=" + found.freshness().left(now);
            stale = found;
            return new CacheStep.Reply(reply(found, now), isRefreshable() && collapsing.lead(flight()));
        }
        if (wishes.rulesOutAsking()) {
            use = CacheUse.MISS;
            told = "fwd=miss; detail=only-if-cached";
            return new CacheStep.Reply(CachedReply.nothing(), false);
        }
        return waited == Waited.IN_VAIN && found != null && found.mayServeOnError(now)
                ? insteadOfWaiting(found, now)
                : ask(found, now, waited);
    }

    /**
     * While a member fails or hangs, all but the one that asks it get the stale answer, and none of them
     * waits for another after that.
     */
    private CacheStep insteadOfWaiting(StoredAnswer found, long now) {
        use = CacheUse.STALE;
        told = "fwd=stale; collapsed; detail=failed";
        return new CacheStep.Reply(reply(found, now), false);
    }

    /** A member is to be asked, by this request or by another. */
    private CacheStep ask(@Nullable StoredAnswer found, long now, Waited waited) {
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
     * The request that got {@link CacheStep.Reply} with a refresh fetches the answer itself and waits for it.
     */
    public final void refreshHere() {
        use = CacheUse.MISS;
        told = "fwd=stale";
        validates = stale != null && stale.isValidatable();
    }

    /**
     * Waits for the other request.
     *
     * @param onward called once on the loop, unless this has ended by then: calls {@link #lookAgain}
     */
    public final void await(ScheduledExecutorService loop, Runnable onward) {
        collapsing.await(loop, onward);
    }

    final CachedReply reply(StoredAnswer answer, long now) {
        return CachedReply.of(question(), answer, now);
    }

    final CacheQuestion question() {
        return Objects.requireNonNull(question);
    }

    final CacheKey key() {
        return Objects.requireNonNull(key);
    }
}
