package io.headgate.l7.fast;

import java.time.Duration;

/**
 * How long connections to members are kept for the next request.
 *
 * @param maxIdle unused connections to one member on one event loop
 * @param idle how long a connection may lie unused
 * @param life how old a connection may be to be used again
 */
public record UpstreamLimits(int maxIdle, Duration idle, Duration life) {

    /** Idle well below the minute after which common servers close. */
    public static final UpstreamLimits DEFAULT = new UpstreamLimits(256, Duration.ofSeconds(30),
            Duration.ofMinutes(10));
}
