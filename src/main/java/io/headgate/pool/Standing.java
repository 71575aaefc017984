package io.headgate.pool;

import java.time.Instant;

/**
 * Everything that decides whether a member gets work. The four sources never overwrite one another;
 * {@link #availability()} is derived from them and stored nowhere.
 *
 * @param probe the active checks' verdict
 * @param ejected the passive verdict: true while real traffic shows the member failing
 * @param operator the operator's command
 * @param leaving true once the member was taken out of the configuration or vanished from discovery
 */
public record Standing(Verdict<Probe> probe, Verdict<Boolean> ejected, Verdict<Operator> operator,
        Verdict<Boolean> leaving) {

    static Standing initial(boolean checked, Instant now) {
        return new Standing(new Verdict<>(checked ? Probe.PENDING : Probe.UNCHECKED, now, "new member"),
                new Verdict<>(false, now, "new member"), new Verdict<>(Operator.SILENT, now, "new member"),
                new Verdict<>(false, now, "new member"));
    }

    /** Whether the member may get work, and if not, the strongest cause. */
    public Availability availability() {
        return switch (operator.value().intent()) {
            case MAINTENANCE -> Availability.MAINTENANCE;
            case DRAIN -> leaving.value() ? Availability.LEAVING : Availability.DRAINING;
            case READY -> leaving.value() ? Availability.LEAVING : observed();
        };
    }

    /** According to checks and traffic. */
    Availability observed() {
        return switch (probe.value()) {
            case PENDING -> Availability.CHECKING;
            case DOWN -> Availability.DOWN;
            case UP, UNCHECKED -> ejected.value() ? Availability.EJECTED : Availability.UP;
        };
    }

    /** The verdict that {@link #availability()} rests on: since when, and why. */
    public Verdict<?> decisive() {
        return switch (availability()) {
            case MAINTENANCE, DRAINING -> operator;
            case LEAVING -> leaving;
            case CHECKING, DOWN -> probe;
            case EJECTED -> ejected;
            case UP -> latest(latest(probe, ejected), operator);
        };
    }

    private static Verdict<?> latest(Verdict<?> a, Verdict<?> b) {
        return a.since().isBefore(b.since()) ? b : a;
    }

    Standing withProbe(Verdict<Probe> verdict) {
        return new Standing(verdict, ejected, operator, leaving);
    }

    Standing withEjected(Verdict<Boolean> verdict) {
        return new Standing(probe, verdict, operator, leaving);
    }

    Standing withOperator(Verdict<Operator> verdict) {
        return new Standing(probe, ejected, verdict, leaving);
    }

    Standing withLeaving(Verdict<Boolean> verdict) {
        return new Standing(probe, ejected, operator, verdict);
    }
}
