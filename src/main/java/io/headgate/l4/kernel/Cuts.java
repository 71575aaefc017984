package io.headgate.l4.kernel;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections that the kernel carries and that may not go on. All of it happens on the engine's thread,
 * because each cut waits for the kernel.
 */
final class Cuts {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    private final ScheduledExecutorService thread;
    private final Served served;

    Cuts(ScheduledExecutorService thread, Served served) {
        this.thread = thread;
        this.served = served;
    }

    /** One connection, as an operator wants it. */
    void cut(TrackedConnection entry) {
        served.cutSoon(entry, thread);
    }

    /**
     * What listeners have on a member; after some time, only if the pool does not have it back by then.
     *
     * @param listeners their names
     */
    void cutMember(Pool pool, Member member, Set<String> listeners, Duration after) {
        Target target = Target.of(member.address());
        if (target == null) {
            return;
        }
        thread.schedule(() -> {
            boolean back = !after.isZero() && pool.members().stream().anyMatch(
                    m -> target.equals(Target.of(m.address())));
            if (!back) {
                listeners.forEach(name -> served.of(name)
                        .forEach(service -> cut(service, Set.of(target))));
            }
        }, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a service that is gone still has after some time, unless it is back by then. */
    void cutService(Service service, Duration after) {
        thread.schedule(() -> {
            if (served.services().stream().noneMatch(s -> s.isAt(service))) {
                cut(service, Set.copyOf(service.targets()));
            }
        }, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cut(Service service, Set<Target> targets) {
        try {
            Conntrack.delete(service, entry -> entry.belongsTo(service, targets));
            served.cut(service, targets);
        } catch (IOException e) {
            log.warn("Connections of {} cannot be cut in the kernel: {}", service.listener(), e.getMessage());
        }
    }
}
