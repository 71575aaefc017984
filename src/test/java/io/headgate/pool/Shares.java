package io.headgate.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What tests do with picked members. */
final class Shares {

    private Shares() {
    }

    /** The number in the name of a member of {@link TestSnapshot}. */
    static int index(@Nullable Member member) {
        return Integer.parseInt(Objects.requireNonNull(member).id().substring(1));
    }

    /** Begins a request that does not end. */
    static void hold(@Nullable Member member) {
        if (!Objects.requireNonNull(member).tryAcquire()) {
            throw new AssertionError(member + " is full");
        }
    }
}
