package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The queue for requests and connections that find every member of the pool at its max-connections.
 *
 * @param size how many may wait at once, 0 (no queue) to 100000; one more gets 503 queue-full
 * @param timeout how long a request or connection may wait, over all its attempts; after that it gets 503
 *            queue-timeout
 */
@ConfigurationProperties("headgate.pools.*.queue")
public record QueueProperties(@DefaultValue("0") int size, @DefaultValue("2s") Duration timeout) {}
