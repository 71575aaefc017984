package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * A listener's own timeouts, which replace the pool's; 0 switches a limit off.
 *
 * @param connect to establish a connection to a member
 * @param send a peer may refuse to take what we have for it
 * @param idle silence in both directions
 * @param halfClosed silence after one side has ended its sending; the idle timeout where none is given
 */
@ConfigurationProperties("headgate.listeners.*.timeouts")
public record ListenerTimeoutProperties(@Nullable Duration connect, @Nullable Duration send,
        @Nullable Duration idle,
        @Nullable Duration halfClosed) {}
