package io.headgate.net;

/**
 * How long the head of a member's answer may be, in bytes: the same for requests of both lanes and for
 * checks. Otherwise a member could be up although its answers are refused, or down although they would pass.
 * For the slow lane the jar's {@code application.yml} repeats them as
 * {@code spring.cloud.gateway.server.webflux.httpclient.max-*}.
 */
public final class HeadLimits {

    /** The status line. */
    public static final int LINE = 8 * 1024;
    /** All headers together. */
    public static final int HEADERS = 64 * 1024;
    /** Informational answers (1xx) before the answer; no bytes, but each may put off a deadline. */
    public static final int INFORMATIONAL = 100;

    private HeadLimits() {
    }
}
