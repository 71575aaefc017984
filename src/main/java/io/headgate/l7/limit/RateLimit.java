package io.headgate.l7.limit;

import com.github.benmanes.caffeine.cache.Cache;
import io.headgate.l7.BalanceKey;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the rate of requests, exact for this process: the generic cell rate algorithm (ITU-T I.371,
 * Annex A; the same as a leaky bucket). All that is kept of a key is the time at which it will have been idle
 * long enough to have its whole burst again; a request moves it on by one interval, and is refused if that
 * would be more than a burst ahead of now. No timer fills anything up.
 */
public final class RateLimit {

    /** One key of one limit. */
    record Counted(String limit, String key) {}

    private final LimitSpec spec;
    private final Cache<Counted, AtomicLong> states;
    private final Ticker ticker;
    private final Counts counts;
    private final long interval;
    private final long burst;
    private final String policy;
    private final String id;
    private final @Nullable Sharing sharing;

    /** How often a limit has decided what, over all its keys. */
    public record Counts(LongAdder allowed, LongAdder refused, LongAdder shadowed) {

        Counts() {
            this(new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    RateLimit(LimitSpec spec, Cache<Counted, AtomicLong> states, Ticker ticker, Counts counts,
            @Nullable Sharing sharing) {
        this.spec = spec;
        this.states = states;
        this.ticker = ticker;
        this.counts = counts;
        this.interval = spec.rate().interval();
        this.burst = Math.multiplyExact(spec.burst(), interval);
        this.policy = spec.policy();
        this.id = spec.id();
        this.sharing = sharing;
    }

    /**
     * Counts a request.
     *
     * @param cost as how many
     * @param shadow whether it goes on even if the limit refuses it; then that is counted apart
     */
    public Verdict ask(BalanceKey.Parts request, int cost, boolean shadow) {
        Verdict verdict = take(spec.key().of(request), cost);
        (verdict.allowed() ? counts.allowed : shadow ? counts.shadowed : counts.refused).increment();
        return verdict;
    }

    Verdict take(String key, int cost) {
        long now = ticker.nanoTime();
        AtomicLong state = states.get(new Counted(id, key), any -> fresh(key, now));
        long needed = cost * interval;
        for (;;) {
            long known = state.get();
            long full = known - now > 0 ? known : now; // a time that has passed is as good as now
            long ahead = full + needed - now;
            if (ahead > burst) {
                told(state, 0);
                return verdict(false, full - now, ahead - burst);
            }
            if (state.compareAndSet(known, full + needed)) {
                told(state, needed);
                return verdict(true, ahead, 0);
            }
        }
    }

    private AtomicLong fresh(String key, long now) {
        return sharing == null
                ? new AtomicLong(now)
                : new SharedState(id + ' ' + key, burst, interval, now, sharing);
    }

    private static void told(AtomicLong state, long taken) {
        if (state instanceof SharedState shared) {
            shared.took(taken);
        }
    }

    private Verdict verdict(boolean allowed, long ahead, long retry) {
        return new Verdict(allowed, spec.burst(), Math.max(0, burst - ahead) / interval, ahead, retry,
                policy);
    }
}
