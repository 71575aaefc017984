package io.headgate.l7.limit;

import io.headgate.l7.BalanceKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how many requests of one key are under way at once, exact for this process. Only keys that have
 * such requests are kept, so that there are never more of them than requests.
 */
public final class ConcurrencyLimit {

    private final int most;
    private final LimitKey key;
    private final Counts counts;
    private final Map<String, Integer> now = new ConcurrentHashMap<>();

    /** How often a limit has decided what, over all its keys. */
    public record Counts(LongAdder allowed, LongAdder refused, LongAdder shadowed) {

        Counts() {
            this(new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    ConcurrencyLimit(int most, LimitKey key, Counts counts) {
        this.most = most;
        this.key = key;
        this.counts = counts;
    }

    /** The place of one request, which gives it back once. */
    public interface Place {

        void end();
    }

    /**
     * Takes a place; null if all are taken.
     *
     * @param shadow whether the request goes on all the same; then that is counted apart, and it takes one
     */
    public @Nullable Place begin(BalanceKey.Parts request, boolean shadow) {
        String mine = key.of(request);
        boolean[] allowed = {true};
        now.compute(mine, (any, before) -> {
            int count = before == null ? 0 : before;
            allowed[0] = count < most;
            return allowed[0] || shadow ? Integer.valueOf(count + 1) : before;
        });
        (allowed[0] ? counts.allowed : shadow ? counts.shadowed : counts.refused).increment();
        return allowed[0] || shadow ? new Held(this, mine) : null;
    }

    private void end(String mine) {
        now.computeIfPresent(mine, (any, before) -> before == 1 ? null : Integer.valueOf(before - 1));
    }

    /** How many requests are under way. */
    public int now() {
        return now.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Ends on the thread of its request, or on another one after that. */
    private static final class Held implements Place {

        private final ConcurrencyLimit limit;
        private final String key;
        private final AtomicBoolean over = new AtomicBoolean();

        Held(ConcurrencyLimit limit, String key) {
            this.limit = limit;
            this.key = key;
        }

        @Override
        public void end() {
            if (!over.getAndSet(true)) {
                limit.end(key);
            }
        }
    }
}
