package io.headgate.l4;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes new connections of listeners before they come to their sockets. */
public interface Offload {

    /** Takes none. */
    Offload NONE = new Offload() {

        @Override
        public void listening(Collection<Listener> listeners) {
        }

        @Override
        public List<Connection> connections(Listener listener) {
            return List.of();
        }

        @Override
        public State state(Listener listener) {
            return State.NONE;
        }

        @Override
        public CompletableFuture<@Nullable Void> stop(Duration limit) {
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * How a listener is served.
     *
     * @param active whether new connections are taken before they come to the socket
     * @param why why not, though the listener was to be served so if it can; null if there is nothing to say
     * @param taken how many were taken, by the members' addresses
     */
    record State(boolean active, @Nullable String why, Map<String, Long> taken) {

        public static final State NONE = new State(false, null, Map.of());
    }

    /** These listen now, with these settings. Called again after each change; must not block. */
    void listening(Collection<Listener> listeners);

    /** The listener's open connections that its sockets do not have. Blocks until the kernel has answered. */
    List<Connection> connections(Listener listener);

    /** How the listener is served. Blocks until the kernel has answered, unless it was asked a moment ago. */
    State state(Listener listener);

    /**
     * Takes no more; completes when nothing is open any longer. What is left after the limit is cut.
     */
    CompletableFuture<@Nullable Void> stop(Duration limit);
}
