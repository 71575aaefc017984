package io.headgate.admin.dashboard;

import io.headgate.observe.MemberChanged;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/** Remembers the last changes of members and reloads of the configuration, newest first. */
public final class Happenings implements ApplicationListener<PayloadApplicationEvent<MemberChanged>> {

    private static final int MOST = 100;

    private final Clock clock;
    private final Deque<Happening> last = new ArrayDeque<>();
    private long count;

    public Happenings(Clock clock) {
        this.clock = clock;
    }

    /**
     * One.
     *
     * @param number counts all that there were
     * @param kind for the eye: a state of members, or {@code RELOAD} or {@code REFUSED}
     */
    record Happening(long number, Instant at, String kind, String what, String cause) {}

    @Override
    public void onApplicationEvent(PayloadApplicationEvent<MemberChanged> event) {
        MemberChanged change = event.getPayload();
        Availability to = change.to();
        add(clock.wall().instant(), to.name(),
                change.pool() + "/" + change.member() + ": " + change.from() + " → " + to, change.cause());
    }

    synchronized void add(Instant at, String kind, String what, String cause) {
        last.addFirst(new Happening(++count, at, kind, what, cause));
        if (last.size() > MOST) {
            last.removeLast();
        }
    }

    synchronized List<Happening> last() {
        return List.copyOf(last);
    }
}
