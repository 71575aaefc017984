package io.headgate.pool;

import java.time.Duration;

/**
 * Moves members from one availability to another: by the verdicts of checks, of passive detection, of
 * operators and of the configuration, and by time. Guarded by the pool's lock.
 */
final class Transitions {

    private final Pool pool;
    private final ChangeBatch changes;
    private final Clock clock;
    private final PoolListener listener;

    Transitions(Pool pool, ChangeBatch changes, Clock clock, PoolListener listener) {
        this.pool = pool;
        this.changes = changes;
        this.clock = clock;
        this.listener = listener;
    }

    void leaving(Member member, boolean leaving) {
        if (member.standing().leaving().value() != leaving) {
            String cause = leaving ? "no longer configured or discovered" : "configured again";
            stand(member, member.standing().withLeaving(verdict(leaving, cause)));
        }
    }

    void probed(Member member, Probe probe, String cause) {
        if (member.standing().probe().value() != probe) {
            changes.make(() -> {
                stand(member, member.standing().withProbe(verdict(probe, cause)));
                if (probe == Probe.DOWN && pool.spec().lifecycle().closeOnDown()) {
                    changes.tell(() -> listener.memberEvicted(pool, member, Reason.MEMBER_DOWN));
                }
            });
        }
    }

    void ejected(Member member, boolean ejected, String cause) {
        if (member.standing().ejected().value() != ejected) {
            changes.make(() -> stand(member, member.standing().withEjected(verdict(ejected, cause))));
        }
    }

    void operate(Member member, Operator operator) {
        Duration ttl = operator.ttl();
        member.operatorDeadline(ttl == null ? 0 : clock.nanos() + ttl.toNanos());
        String cause = operator.reason() != null ? operator.reason() : "set by an operator";
        changes.make(() -> stand(member, member.standing().withOperator(verdict(operator, cause))));
    }

    /** Ends a drain and voids an operator's command whose time is up, and raises a weight in slow start. */
    void sweep(Member member) {
        long now = clock.nanos();
        if (member.operatorDeadline() != 0 && now - member.operatorDeadline() >= 0) {
            member.operatorDeadline(0);
            stand(member, member.standing().withOperator(verdict(Operator.SILENT, "ttl has passed")));
        }
        if (member.drainDeadline() != 0 && now - member.drainDeadline() >= 0) {
            member.drainDeadline(0);
            changes.tell(() -> listener.memberEvicted(pool, member, Reason.DRAIN_TIMEOUT));
        }
        if (SlowStart.isStarting(member, now, pool.spec().lifecycle().slowStart())) {
            changes.replaceBalancer();
        }
    }

    private <T> Verdict<T> verdict(T value, String cause) {
        return new Verdict<>(value, clock.now(), cause);
    }

    private void stand(Member member, Standing next) {
        Availability from = member.availability();
        member.standing(next);
        Availability to = next.availability();
        changes.replaceBalancer();
        if (from == to) {
            return;
        }
        if (to == Availability.UP) {
            member.upSince(clock.nanos());
        }
        boolean drains = to == Availability.DRAINING || to == Availability.LEAVING;
        member.drainDeadline(drains ? clock.nanos() + pool.spec().lifecycle().drainTimeout().toNanos() : 0);
        changes.tell(() -> changed(member, from, to, next.decisive().cause()));
    }

    private void changed(Member member, Availability from, Availability to, String cause) {
        listener.memberChanged(pool, member, from, to, cause);
        if (to == Availability.MAINTENANCE) {
            listener.memberEvicted(pool, member, Reason.MAINTENANCE);
        }
    }
}
