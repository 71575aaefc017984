package io.headgate.l7.cache;

import io.headgate.l7.cache.Flights.Landing;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One request among those that want the same: it fetches the answer for all, or waits for the one that does.
 */
final class Collapsing {

    private final ResponseCache cache;
    private final long patience;
    private Flights.@Nullable Flight leads;
    private Flights.@Nullable Flight awaited;
    private @Nullable Waiting waiting;
    /** What is read from disk for it; null before that, and if there is nothing. */
    private @Nullable DiskRead reading;
    /** Until when it waits for others; 0 before it does. */
    private long until;

    /** @param patience for how many nanoseconds it waits, all in all */
    Collapsing(ResponseCache cache, long patience) {
        this.cache = cache;
        this.patience = patience;
    }

    /** What has become of the one that it waited for, if it did. */
    enum Waited {
        /** It did not wait. */
        NOT,
        /** The other's answer is there, and no other will come of waiting. */
        FOR_AN_ANSWER,
        /** The other failed, or takes too long. */
        IN_VAIN,
        /** The other was given up for reasons of its own. */
        FOR_NOTHING
    }

    /** Stops waiting. */
    Waited stop() {
        waiting = null;
        Flights.Flight other = awaited;
        awaited = null;
        if (other == null) {
            return Waited.NOT;
        }
        Landing landing = other.landing();
        if (landing == null) {
            return Waited.IN_VAIN;
        }
        return switch (landing) {
            case STORED, NOT_STORED -> Waited.FOR_AN_ANSWER;
            case FAILED -> Waited.IN_VAIN;
            case LEFT -> Waited.FOR_NOTHING;
        };
    }

    /** Whether it has to wait until what lies on disk is read: once. */
    boolean reads(CacheKey key, HttpHeaders request) {
        if (reading != null) {
            return false;
        }
        reading = cache.read(key, request);
        return reading != null;
    }

    /** What has been read; null for nothing. */
    @Nullable
    StoredAnswer read(CacheKey key, HttpHeaders request) {
        DiskRead read = reading;
        return read != null && read.isFor(key, request) ? cache.answer(read) : null;
    }

    /** Whether something was read. */
    boolean hasRead() {
        return reading != null;
    }

    /** Whether it has tried to wait, or to fetch the answer for others. */
    boolean hasBegun() {
        return until != 0;
    }

    /** Whether it may wait at all. */
    boolean mayWait() {
        return patience != 0;
    }

    /**
     * Finds the one that fetches it now.
     *
     * @param leader whether this one does, if no other does
     */
    Flights.@Nullable Flight other(Flights.Key wanted, boolean leader, long now) {
        if (until == 0) {
            until = now + patience;
        }
        if (!leader) {
            return cache.flights().find(wanted);
        }
        Flights.Flight mine = cache.flights().flight(wanted, now);
        Flights.Flight other = cache.flights().joinOrLead(mine);
        leads = other == null ? mine : null;
        return other;
    }

    /** Fetches it, unless another one does. */
    boolean lead(Flights.Key wanted) {
        Flights.Flight mine = cache.flights().flight(wanted, cache.now());
        if (cache.flights().joinOrLead(mine) != null) {
            return false;
        }
        leads = mine;
        return true;
    }

    /** Whether it has been under way for longer than anybody waits for it. */
    boolean isOverdue(Flights.Flight other, long now) {
        return other.age(now) >= patience;
    }

    /** Is going to wait for it; false if it has waited long enough. */
    boolean join(Flights.Flight other, long now) {
        awaited = other;
        return until - now > 0;
    }

    void await(ScheduledExecutorService loop, Runnable onward) {
        Awaited other = awaited != null ? awaited : Objects.requireNonNull(reading);
        Waiting wait = new Waiting(other, loop, onward);
        waiting = wait;
        wait.begin(awaited != null ? Math.max(0, until - cache.now()) : DiskReads.PATIENCE.toNanos());
    }

    boolean leads() {
        return leads != null;
    }

    /** Another request goes on with what this one fetches. */
    void handOver(Collapsing to) {
        to.leads = leads;
        leads = null;
    }

    /** What this one fetched is there, or will not be. */
    void land(Landing how) {
        Flights.Flight mine = leads;
        if (mine != null) {
            leads = null;
            mine.end(how);
        }
    }

    /** The request is over: it does not wait any more. */
    void cancel() {
        Waiting wait = waiting;
        if (wait != null) {
            wait.cancel();
        }
    }
}
