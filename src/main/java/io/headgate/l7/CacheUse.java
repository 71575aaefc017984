package io.headgate.l7;

import java.util.Locale;

/** What the cache of a route did for a request. */
public enum CacheUse {
    /** Answered from a fresh stored answer. */
    HIT,
    /** Nothing stored could be used: a member answered. */
    MISS,
    /** Answered from a stored answer that was no longer fresh. */
    STALE,
    /** Answered from a stored answer after a member had said that it is still valid. */
    REVALIDATED,
    /** Answered from what another request fetched, which this one had waited for. */
    COLLAPSED,
    /** The request or its answer has nothing to do with the cache: neither answered from it nor stored. */
    BYPASS;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Its name in the access log and the metrics. */
    public String code() {
        return code;
    }
}
