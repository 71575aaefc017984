package io.headgate.l7.fast;

import java.util.concurrent.TimeUnit;

/** How long a connection to a member has existed and lain idle, and how long its member keeps it so. */
final class UpstreamAge {

    private static final long LAST_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bornAt;
    private long idleSince;
    private long keeps = Long.MAX_VALUE;

    UpstreamAge(long now) {
        this.bornAt = now;
    }

    long bornAt() {
        return bornAt;
    }

    long idleSince() {
        return idleSince;
    }

    /** It lies unused from now on. */
    void idles(long now) {
        idleSince = now;
    }

    /** The member closes it after this time, in nanoseconds: in the last second it is not used again. */
    void keptFor(long nanos) {
        keeps = nanos == Long.MAX_VALUE ? nanos : Math.max(0, nanos - LAST_SECOND);
    }

    /** Whether the member still keeps it, as far as it has said. */
    boolean isKept(long now) {
        return now - idleSince < keeps;
    }
}
