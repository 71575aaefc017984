package io.headgate.l7.limit;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where replicas count together, such as Redis. */
@FunctionalInterface
public interface SharedCounts {

    /**
     * Adds what one replica has let pass, and asks what all have.
     *
     * @param key of one limit
     * @param micros what was let pass since the last time, as the time in which the rate gives it; may be 0
     * @param most the result is no more than this
     * @return in how many microseconds the key will have its whole burst again, 0 if it has; null if nobody
     *         knows
     */
    CompletionStage<@Nullable Long> add(String key, long micros, long most);
}
