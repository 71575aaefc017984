package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long to wait for a member; 0 switches a limit off.
 *
 * @param connect how long a connection to a member may take to be established; not set,
 *            spring.cloud.gateway.server.webflux.httpclient.connect-timeout, or else 1s
 * @param send how long a client or member may accept none of the data that is there for it
 * @param response the time from the end of a request to the end of its answer's head (layer 7); not set,
 *            spring.cloud.gateway.server.webflux.httpclient.response-timeout, or else 30s
 * @param idle how long a connection may be silent in both directions (layer 4), or an answer may pause (layer
 *            7)
 */
@ConfigurationProperties("headgate.pools.*.timeouts")
public record TimeoutProperties(@Nullable Duration connect, @DefaultValue("30s") Duration send,
        @Nullable Duration response, @DefaultValue("5m") Duration idle) {}
