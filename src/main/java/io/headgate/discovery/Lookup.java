package io.headgate.discovery;

import io.headgate.pool.MemberSpec;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One question after the members. */
interface Lookup extends AutoCloseable {

    /**
     * Asks, without blocking; called on the event loop, and not again before the answer.
     *
     * @param answer fails when nothing can be said, or there is nobody
     */
    void look(Promise<Found> answer);

    /** Tells whom to call when there is better to say than the last answer. */
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

    /** There is no member, and that is all that is wrong. */
    final class NobodyException extends Exception {

        NobodyException(String message) {
            super(message);
        }
    }
}
