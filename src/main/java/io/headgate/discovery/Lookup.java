package io.headgate.discovery;

import io.headgate.pool.MemberSpec;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One query for the members. */
interface Lookup extends AutoCloseable {

    /**
     * Asks, without blocking; called on the event loop, and not again before the answer.
     *
     * @param answer fails if the query fails, or if there are no members
     */
    void look(Promise<Found> answer);

    /** Registers a callback for when more is known than the last answer said. */
    default void whenMoreIsKnown(Runnable again) {
    }

    @Override
    void close();

    /**
     * An answer.
     *
     * @param members at least one
     * @param lifetime how long the answer holds, null when it does not say
     */
    record Found(List<MemberSpec> members, @Nullable Duration lifetime) {}

    /** There is no member; the query itself did not fail. */
    final class NobodyException extends Exception {

        NobodyException(String message) {
            super(message);
        }
    }
}
