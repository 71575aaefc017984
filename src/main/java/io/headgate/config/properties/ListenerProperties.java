package io.headgate.config.properties;

import java.time.Duration;
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
        @DefaultValue("0") int maxConnectionsPerClient, @DefaultValue ListenerTimeouts timeouts) {

    /**
     * Timeouts that replace the pool's; 0 switches a limit off.
     *
     * @param connect to establish a connection to a member
     * @param send a peer may refuse to take what we have for it
     * @param idle silence in both directions
     * @param halfClosed what one side may go on sending after the other has finished
     */
    @ConfigurationProperties("headgate.listeners.*.timeouts")
    public record ListenerTimeouts(@Nullable Duration connect, @Nullable Duration send,
            @Nullable Duration idle,
            @Nullable Duration halfClosed) {}
}
