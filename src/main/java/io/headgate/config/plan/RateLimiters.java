package io.headgate.config.plan;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.filter.ratelimit.AbstractRateLimiter;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.util.ReflectionUtils;

/**
 * The arguments of the filter {@code RequestRateLimiter} that are a limiter's own, such as
 * {@code redis-rate-limiter.replenishRate}. The filter does not bind them; the limiter is notified of them.
 */
final class RateLimiters {

    private static final String FILTER = "RequestRateLimiter";

    private final Map<String, Class<?>> parts = new TreeMap<>();
    /** One that says nothing of the arguments that it reads. */
    private final boolean unknown;

    RateLimiters(List<RateLimiter<?>> limiters) {
        boolean other = false;
        for (RateLimiter<?> limiter : limiters) {
            if (limiter instanceof AbstractRateLimiter<?> bound) {
                parts.put(name(bound), bound.getConfigClass());
            } else {
                other = true;
            }
        }
        unknown = other;
    }

    /** What its arguments begin with: there is no public method for it. */
    private static String name(AbstractRateLimiter<?> limiter) {
        Method name = ReflectionUtils.findMethod(limiter.getClass(), "getConfigurationPropertyName");
        if (name == null) {
            throw new IllegalStateException("AbstractRateLimiter has no getConfigurationPropertyName");
        }
        ReflectionUtils.makeAccessible(name);
        return String.valueOf(ReflectionUtils.invokeMethod(name, limiter));
    }

    /** What limiters read of a filter's arguments, by the name before the dot. */
    Map<String, Class<?>> parts(String filter) {
        return filter.equals(FILTER) ? parts : Map.of();
    }

    /** The arguments without those that a limiter of unknown configuration may read. */
    Map<String, String> without(String filter, Map<String, String> args) {
        return !unknown || !filter.equals(FILTER)
                ? args
                : args.entrySet().stream()
                        .filter(arg -> arg.getKey().indexOf('.') < 0
                                || parts.containsKey(arg.getKey().substring(0, arg.getKey().indexOf('.'))))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
