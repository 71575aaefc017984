package io.headgate.l4.kernel;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells pools what became of the connections that the kernel has led to their members, by its counters. One
 * that a member has neither refused nor left unanswered counts as good. Both take until the next reading to
 * be sure: a member may yet refuse what has just begun, or answer a client that has asked twice. Belongs to
 * one thread.
 */
final class Outcomes {

    private final Listening listening;
    private final Served served;
    /** By counters' names. */
    private final Map<String, Long> told = new HashMap<>();
    private final Map<Member, Unsure> unsure = new HashMap<>();

    /** What was counted the last time and is not told yet. */
    private record Unsure(long led, long unanswered) {}

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
        Set<Member> members = new HashSet<>();
        for (Pool pool : listening.pools()) {
            List<Service> services = listening.of(pool).stream().flatMap(name -> served.of(name).stream())
                    .toList();
            for (Member member : pool.members()) {
                Target target = Target.of(member.address());
                if (target != null) {
                    long led = services.stream().mapToLong(service -> fresh(service.chain(target), fresh))
                            .sum();
                    members.add(member);
                    tell(pool, member, target, led, fresh);
                }
            }
        }
        unsure.keySet().retainAll(members);
        served.forgetGone(fresh.keySet());
        told.keySet().removeIf(name -> !fresh.containsKey(name) && !served.has(name));
    }

    /** How many counters it remembers. */
    int known() {
        return told.size();
    }

    private void tell(Pool pool, Member member, Target target, long led, Map<String, Long> fresh) {
        Unsure before = unsure.getOrDefault(member, new Unsure(0, 0));
        long refused = fresh(target.refused(), fresh);
        long unanswered = fresh(target.unanswered(), fresh);
        long late = fresh(target.late(), fresh);
        long silent = before.unanswered - late;
        long good = before.led - refused - unanswered + late;
        unsure.put(member, new Unsure(Math.max(0, led + Math.min(0, good)),
                Math.max(0, unanswered + Math.min(0, silent))));
        pool.worked(member, Outcome.CONNECT_FAILED, refused);
        tell(pool, member, Math.max(0, good), Math.max(0, silent));
    }

    /** Evenly mixed, as they came: a breaker judges by the last results. */
    private static void tell(Pool pool, Member member, long good, long silent) {
        for (long i = 0; i < silent; i++) {
            pool.worked(member, Outcome.OK, good * (i + 1) / silent - good * i / silent);
            pool.worked(member, Outcome.TIMEOUT, 1);
        }
        if (silent == 0) {
            pool.worked(member, Outcome.OK, good);
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
