package io.headgate.pool;

import java.util.Objects;

/** Members that a test holds. */
public final class Held {

    private Held() {
    }

    /** An attempt on some member of the pool. */
    public static Attempt in(Pool pool) {
        return in(pool, 0);
    }

    /** An attempt on the member that the pool picks for a key with this hash. */
    public static Attempt in(Pool pool, long hash) {
        Attempts attempts = new Attempts(1);
        attempts.begin(pool, hash);
        return Objects.requireNonNull(attempts.nextNow(null));
    }
}
