package io.headgate.l4;

import io.headgate.pool.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A listener's own time limits; null takes the pool's, zero switches a limit off. They are kept to a tenth of
 * a second.
 *
 * @param connect to establish a connection to a member
 * @param send a peer may refuse to take what we have for it
 * @param idle silence in both directions
 * @param halfClosed silence after one side has ended its sending; null takes the idle limit
 */
public record ListenerTimeouts(@Nullable Duration connect, @Nullable Duration send, @Nullable Duration idle,
        @Nullable Duration halfClosed) {

    public static final ListenerTimeouts OF_THE_POOL = new ListenerTimeouts(null, null, null, null);

    /** What holds for a connection: this listener's limits over those of its pool. */
    RelayTimeouts over(Timeouts pool) {
        Duration silence = idle != null ? idle : pool.idle();
        return new RelayTimeouts(Wheel.ticks(connect != null ? connect : pool.connect()),
                Wheel.ticks(send != null ? send : pool.send()), Wheel.ticks(silence),
                Wheel.ticks(halfClosed != null ? halfClosed : silence));
    }
}
