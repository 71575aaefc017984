package io.headgate.testing;

import java.util.Map;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;

/** A rate limiter of an application, without configuration of its own. */
public interface PlainLimiter extends RateLimiter<Object> {

    @Override
    default Map<String, Object> getConfig() {
        return Map.of();
    }

    @Override
    default Class<Object> getConfigClass() {
        return Object.class;
    }

    @Override
    default Object newConfig() {
        return new Object();
    }
}
