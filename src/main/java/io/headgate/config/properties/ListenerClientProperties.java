package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What a client of one http listener may use; where it says nothing, headgate.client does.
 *
 * @param headerTimeout how long a client may take to send a request's headers
 * @param bodyTimeout how long a client may send nothing while Headgate waits for a request's body
 * @param idleTimeout how long a kept-alive connection may stay open without a request
 * @param maxBodySize the largest body of a request
 * @param relaxed the rules of docs/strictness.md that are not enforced, by name
 * @param reportOnly the rules of docs/strictness.md that are only reported, by name, or all
 */
@ConfigurationProperties("headgate.listeners.*.client")
public record ListenerClientProperties(@Nullable Duration headerTimeout, @Nullable Duration bodyTimeout,
        @Nullable Duration idleTimeout, @Nullable DataSize maxBodySize, @Nullable List<String> relaxed,
        @Nullable List<String> reportOnly) {}
