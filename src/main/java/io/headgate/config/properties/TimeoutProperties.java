package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long to wait for a member; 0 switches a limit off.
 *
 * @param connect how long a connection to a member may take to be established
 * @param send how long a client or member may accept none of the data that is there for it
 * @param response the time from the end of a request to the end of its answer's head (layer 7)
 * @param idle how long a connection may be silent in both directions (layer 4), or an answer may pause (layer
 *            7)
 */
@ConfigurationProperties("headgate.pools.*.timeouts")
public record TimeoutProperties(@DefaultValue("1s") Duration connect, @DefaultValue("30s") Duration send,
        @DefaultValue("30s") Duration response, @DefaultValue("5m") Duration idle) {}
