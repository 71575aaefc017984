package io.headgate.l4.kernel;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells pools what became of the connections that the kernel has led to their members, by its counters. One
 * that a member has neither refused nor left unanswered counts as good. Belongs to one thread.
 */
final class Outcomes {

    private final Listening listening;
    private final Served served;
    /** By counters' names. */
    private final Map<String, Long> told = new HashMap<>();

    Outcomes(Listening listening, Served served) {
        this.listening = listening;
        this.served = served;
    }

    /** Another process has told of these. */
    void skip(Map<String, Long> counters) {
        told.putAll(counters);
    }

    /** The counters have just been read. */
    void tell() {
        Map<String, Long> fresh = new HashMap<>();
        for (Pool pool : listening.pools()) {
            List<Service> services = listening.of(pool).stream().flatMap(name -> served.of(name).stream())
                    .toList();
            for (Member member : pool.members()) {
                Target target = Target.of(member.address());
                if (target == null) {
                    continue;
                }
                long led = services.stream().mapToLong(service -> fresh(service.chain(target), fresh)).sum();
                long failed = fresh(target.failures(), fresh);
                pool.worked(member, Outcome.OK, led - failed);
                pool.worked(member, Outcome.CONNECT_FAILED, failed);
            }
        }
    }

    /** What a counter has counted since the last time; the same for each who asks this time. */
    private long fresh(String counter, Map<String, Long> fresh) {
        return fresh.computeIfAbsent(counter, name -> {
            long now = served.count(name);
            Long before = told.put(name, now);
            return before == null ? now : now - before;
        });
    }
}
