package io.headgate.l7.fast;

import io.headgate.net.Descriptors;
import io.headgate.net.Memory;
import io.headgate.net.Recurring;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What belongs to one event loop: its idle connections to members and its deadlines. */
final class Worker {

    private static final Duration SWEEP = Duration.ofMillis(100);
    /** A sweep that comes so long after the one before has been held up. */
    private static final long LATE = 3 * SWEEP.toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final EventLoop loop;
    private final FastLaneServices services;
    /** Those of all event loops. */
    private final Collection<Worker> all;
    private final Timed.Watch deadlines = new Timed.Watch();
    private final Set<MemberConnection> connections = new HashSet<>();
    private final IdleUpstreams idle;
    private final Http2MemberConnections http2;
    private final Dialer dialer;
    private long sweptAt;
    private long heldUpAt;
    private boolean heldUp;

    Worker(EventLoop loop, FastLaneServices services, Collection<Worker> all) {
        this.loop = loop;
        this.services = services;
        this.all = all;
        this.idle = new IdleUpstreams(services.upstream(), services.ticker());
        this.http2 = new Http2MemberConnections(this, services.upstream());
        this.dialer = new Dialer(this, services);
        this.sweptAt = now();
        this.heldUpAt = sweptAt;
        Future<?> _ = Recurring.every(SWEEP, loop, "The fast lane's sweep", this::sweep);
    }

    EventLoop loop() {
        return loop;
    }

    /** Whether this is the thread that all of it belongs to; for assertions. */
    boolean isHome() {
        return loop.inEventLoop();
    }

    FastLaneServices services() {
        return services;
    }

    Timed.Watch deadlines() {
        return deadlines;
    }

    IdleUpstreams idle() {
        return idle;
    }

    Http2MemberConnections http2() {
        return http2;
    }

    Dialer dialer() {
        return dialer;
    }

    long now() {
        return services.ticker().nanoTime();
    }

    /** The moment this long from now; {@link Timed#NEVER} for zero. */
    long in(Duration time) {
        return time.isZero() ? Timed.NEVER : now() + time.toNanos();
    }

    void opened(MemberConnection connection) {
        connections.add(connection);
        Descriptors.PROCESS.opened();
    }

    void closed(MemberConnection connection) {
        if (connections.remove(connection)) {
            Descriptors.PROCESS.closed();
            connection.counts().closedOne();
        }
    }

    /**
     * Closes an unused connection to free its descriptor: the oldest of this event loop, or else the oldest
     * of another one, which may have all of them.
     *
     * @param then called on this event loop; true if there was one to close
     */
    void makeRoom(Room then) {
        assert isHome();
        if (closeOldest()) {
            then.made(true);
        } else {
            makeRoomElsewhere(all.iterator(), then);
        }
    }

    private boolean closeOldest() {
        return idle.closeOldest() || http2.closeOldest();
    }

    /** Hears whether a descriptor has been freed. */
    interface Room {

        void made(boolean closed);
    }

    /** Asks one after the other. */
    private void makeRoomElsewhere(Iterator<Worker> others, Room then) {
        while (others.hasNext()) {
            Worker other = others.next();
            if (other != this) {
                try {
                    other.loop.execute(() -> {
                        boolean closed = other.closeOldest();
                        loop.execute(() -> {
                            if (closed) {
                                then.made(true);
                            } else {
                                makeRoomElsewhere(others, then);
                            }
                        });
                    });
                    return;
                } catch (RejectedExecutionException e) {
                    // that loop has ended: the next one
                }
            }
        }
        then.made(false);
    }

    /** Ends what is open on the member. */
    void evict(Member member, Reason reason) {
        assert isHome();
        for (MemberConnection connection : new ArrayList<>(connections)) {
            if (member.equals(connection.target().member())) {
                connection.evict(reason);
            }
        }
    }

    /**
     * Whether the event loop stood still until just now (the process was paused, or had no processor), so
     * that deadlines have passed while answers may have come.
     */
    boolean isHeldUp() {
        return heldUp || now() - sweptAt > LATE;
    }

    /** The same for any time since then. */
    boolean wasHeldUpSince(long then) {
        return isHeldUp() || heldUpAt - then > 0;
    }

    /** Ends what is overdue; after a hold-up only once all that lies in the sockets has been read. */
    @SuppressWarnings("FutureReturnValueIgnored") // sweeps go on until the loop ends
    private void sweep() {
        long now = now();
        if (isHeldUp()) {
            heldUp = true;
            heldUpAt = now;
            loop.schedule(() -> {
                sweep(now());
                heldUp = false;
            }, 1, TimeUnit.MILLISECONDS); // not in this turn of the loop, and the next one begins by polling
        } else {
            sweep(now);
        }
        sweptAt = now;
    }

    private void sweep(long now) {
        try {
            Memory.PROCESS.look();
            deadlines.sweep(now);
            idle.sweep();
            http2.sweep(now);
        } catch (RuntimeException | Error e) {
            LOG.error("ending what is overdue failed", e); // one that fails must not end all later sweeps
        }
    }
}
