package io.headgate.l7;

/** Which requests may be sent to more than one member, and to how many. */
public final class Repeatable {

    /** To how many members a request is sent at most: however large the pool, a request is not worth more. */
    public static final int MAX_ATTEMPTS = 10;

    private Repeatable() {
    }

    /**
     * Whether a request may be sent again after a member may have acted on it: sending it twice has the same
     * effect as sending it once (RFC 9110, 9.2.2), and it has no body, which would be gone.
     */
    public static boolean is(String method, boolean hasBody) {
        return !hasBody && switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
