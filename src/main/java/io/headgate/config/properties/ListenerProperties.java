package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One layer 4 listener.
 *
 * @param bind the address and port to listen on
 * @param pool where its connections go
 * @param allow the networks that may connect, all where none is given
 * @param deny networks that may not, even if they are in allow
 * @param maxConnections the most connections open at once, 0 for no limit
 * @param maxConnectionsPerClient the most connections open at once from one address, 0 for no limit
 * @param timeouts this listener's own, the pool's where none are given
 */
@ConfigurationProperties("headgate.listeners.*")
public record ListenerProperties(@Nullable String bind, @Nullable String pool,
        @DefaultValue List<String> allow,
        @DefaultValue List<String> deny, @DefaultValue("10000") int maxConnections,
        @DefaultValue("0") int maxConnectionsPerClient, @DefaultValue ListenerTimeoutProperties timeouts) {}
