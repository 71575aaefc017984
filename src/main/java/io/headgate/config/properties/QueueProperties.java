package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where requests and connections wait while every member of the pool is at its max-connections.
 *
 * @param size how many may wait at once, 0 (no queue) to 100000; one more is answered 503 queue-full
 * @param timeout how long one may wait, over all its attempts; then it is answered 503 queue-timeout
 */
@ConfigurationProperties("headgate.pools.*.queue")
public record QueueProperties(@DefaultValue("0") int size, @DefaultValue("2s") Duration timeout) {}
