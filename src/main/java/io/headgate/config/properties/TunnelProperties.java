package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * WebSockets on the fast lane: connections that have left HTTP. At shutdown they have
 * headgate.shutdown.drain-timeout to end by themselves.
 *
 * @param max the most WebSockets of the fast lane that are open at a time, 0 for no limit; one more gets 503
 * @param idleTimeout the silence in both directions after which a WebSocket is closed; 0 for no limit
 */
@ConfigurationProperties("headgate.tunnels")
public record TunnelProperties(@DefaultValue("10000") int max, @DefaultValue("1h") Duration idleTimeout) {}
