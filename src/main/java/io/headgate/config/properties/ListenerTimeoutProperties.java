package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * A listener's own timeouts, which replace the pool's; 0 switches a limit off.
 *
 * @param connect how long a connection to a member may take to be established; by default the pool's
 *            timeouts.connect
 * @param send how long a client or member may accept none of the data that is there for it; by default the
 *            pool's timeouts.send
 * @param idle how long a connection (with udp, a session) may be silent in both directions; by default the
 *            pool's timeouts.idle, with udp 30s
 * @param halfClosed how long a connection may be silent after one side has ended its sending; by default the
 *            idle timeout
 */
@ConfigurationProperties("headgate.listeners.*.timeouts")
public record ListenerTimeoutProperties(@Nullable Duration connect, @Nullable Duration send,
        @Nullable Duration idle,
        @Nullable Duration halfClosed) {}
