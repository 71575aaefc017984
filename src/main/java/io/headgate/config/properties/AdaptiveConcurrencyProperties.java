package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A limit on what each member has in flight, which falls while the member's answers take longer than a
 * target, and rises while they do not.
 *
 * @param target nine of ten answers should not take longer; 0 for no such limit
 * @param min the lowest limit, and the first, at least 1
 * @param max the highest limit, at least min
 */
@ConfigurationProperties("headgate.pools.*.adaptive-concurrency")
public record AdaptiveConcurrencyProperties(@DefaultValue("0s") Duration target, @DefaultValue("5") int min,
        @DefaultValue("1000") int max) {}
