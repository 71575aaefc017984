package io.headgate.l7.fast;

import io.headgate.l7.ClientLimits;
import io.headgate.pool.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may take between requests, for a request's head, and to stop sending what nobody wants.
 */
final class ClientTimer extends Timed {

    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final ClientConnection client;
    private @Nullable Worker worker;
    private Reason reason = Reason.HEADER_TIMEOUT;
    private boolean inHead;
    private boolean begun;

    ClientTimer(ClientConnection client) {
        this.client = client;
    }

    /** A new connection owes a head. */
    void start(Worker mine) {
        worker = mine;
        mine.deadlines().add(this);
        head(mine, mine.surroundings().limits());
    }

    void stop() {
        if (worker != null) {
            worker.deadlines().remove(this);
        }
    }

    void off() {
        inHead = false;
        begun = false;
        deadline(NEVER);
    }

    /** Waits for the next request. */
    void idle() {
        if (worker != null) {
            inHead = false;
            reason = Reason.IDLE_TIMEOUT;
            deadline(worker.in(worker.surroundings().limits().idleTimeout()));
        }
    }

    /** Bytes came; between requests they are the beginning of a head. */
    void bytesRead(boolean betweenRequests) {
        begun |= betweenRequests;
        if (betweenRequests && !inHead && worker != null) {
            head(worker, worker.surroundings().limits());
        }
    }

    void draining() {
        if (worker != null) {
            deadline(worker.in(DRAIN));
        }
    }

    private void head(Worker mine, ClientLimits limits) {
        inHead = true;
        reason = Reason.HEADER_TIMEOUT;
        deadline(mine.in(limits.headerTimeout()));
    }

    @Override
    void expired() {
        client.timedOut(reason, begun);
    }
}
