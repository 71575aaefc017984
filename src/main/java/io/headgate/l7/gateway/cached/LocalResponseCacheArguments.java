package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.CacheRules;
import io.headgate.l7.cache.CacheRules.SetCookie;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The arguments of Spring Cloud Gateway's {@code LocalResponseCache}. */
public final class LocalResponseCacheArguments {

    private @Nullable Duration timeToLive;
    private @Nullable DataSize size;

    public @Nullable Duration getTimeToLive() {
        return timeToLive;
    }

    public void setTimeToLive(@Nullable Duration timeToLive) {
        this.timeToLive = timeToLive;
    }

    public @Nullable DataSize getSize() {
        return size;
    }

    public void setSize(@Nullable DataSize size) {
        this.size = size;
    }

    /**
     * As SCG documents them, where RFC 9111 permits it: no-cache and no-store of clients are obeyed, and an
     * answer that says nothing is fresh for the time to live. All routes share one cache, so that the size
     * bounds one answer.
     *
     * @param usual the time to live where there is none
     */
    CacheRules rules(Duration usual) {
        Duration time = timeToLive == null ? usual : timeToLive;
        DataSize most = size;
        if (time.isNegative() || time.isZero() || (most != null && most.toBytes() <= 0)) {
            throw new IllegalArgumentException("LocalResponseCache: " + time + ", " + most
                    + " (expected: a time and a size above 0)");
        }
        return new CacheRules(time, null, 0,
                most == null ? CacheRules.MAX_ENTRY : Math.min(CacheRules.MAX_ENTRY, most.toBytes()),
                List.of(),
                List.of(), List.of(), List.of(), SetCookie.BYPASS, true, Duration.ZERO, Duration.ZERO,
                CacheRules.DEFAULT.patience());
    }
}
