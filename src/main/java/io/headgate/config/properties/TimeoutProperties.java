package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long to wait for a member; 0 switches a limit off.
 *
 * @param connect to establish a connection
 * @param send a peer may refuse to take what we have for it
 * @param response from the request sent to the head of its answer (layer 7)
 * @param idle silence in both directions of a connection (layer 4), or within an answer (layer 7)
 */
@ConfigurationProperties("headgate.pools.*.timeouts")
public record TimeoutProperties(@DefaultValue("1s") Duration connect, @DefaultValue("30s") Duration send,
        @DefaultValue("30s") Duration response, @DefaultValue("5m") Duration idle) {}
