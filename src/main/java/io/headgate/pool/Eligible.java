package io.headgate.pool;

import java.time.Duration;
import java.util.List;

/** Decides which members of a pool get new work, and with which effective weight. */
final class Eligible {

    private Eligible() {
    }

    /** Backups are in only when no ordinary member is. */
    static Snapshot of(List<Member> members, long now, Duration slowStart) {
        List<Member> able = members.stream()
                .filter(m -> m.availability() == Availability.UP && m.weight() > 0).toList();
        List<Member> ordinary = able.stream().filter(m -> !m.spec().backup()).toList();
        List<Member> eligible = ordinary.isEmpty() ? able : ordinary;
        boolean starting = eligible.stream().anyMatch(m -> SlowStart.isStarting(m, now, slowStart));
        int[] weights = eligible.stream()
                .mapToInt(m -> starting ? m.weight() * SlowStart.share(m, now, slowStart) : m.weight())
                .toArray();
        return new Snapshot(eligible, weights);
    }
}
