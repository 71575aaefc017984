package io.headgate.pool;

import java.time.Duration;

/**
 * How long to wait for a member. Zero switches a limit off.
 *
 * @param connect to establish a connection
 * @param send a peer may refuse to take what we have for it
 * @param response from the request sent to the head of its answer (layer 7)
 * @param idle silence in both directions of a connection (layer 4), or within an answer (layer 7)
 */
public record Timeouts(Duration connect, Duration send, Duration response, Duration idle) {

    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(30),
            Duration.ofSeconds(30), Duration.ofMinutes(5));
}
