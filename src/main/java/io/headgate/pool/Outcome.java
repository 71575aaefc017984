package io.headgate.pool;

import java.util.Locale;

/** How an attempt on a member ended, as far as it says something about the member. */
public enum Outcome {
    OK(false),
    /** No connection could be made, or not in time. Nothing was sent. */
    CONNECT_FAILED(true),
    /** The member closed or reset a connection too early. */
    RESET(true),
    /** The member was too slow. */
    TIMEOUT(true),
    /** The member answered 5xx. */
    SERVER_ERROR(true),
    /** Nothing can be said: the client left, or we stopped the work ourselves. */
    UNKNOWN(false);

    private final boolean failed;
    private final String code = name().toLowerCase(Locale.ROOT);

    Outcome(boolean failed) {
        this.failed = failed;
    }

    /** Its name in logs, meters and answers. */
    public String code() {
        return code;
    }

    /** Whether the member is to blame. */
    public boolean failed() {
        return failed;
    }
}
