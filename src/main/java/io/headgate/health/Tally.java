package io.headgate.health;

import io.headgate.pool.Probe;

/**
 * Turns results into verdicts. A verdict stands until enough results in a row contradict it: {@code fall}
 * misses bring a member down, {@code rise} successes bring one back that was down. The first verdict of a
 * member needs one success, or {@code fall} misses: it starts as soon as it can, and a slow start is not yet
 * a failure.
 *
 * @param probe the verdict
 * @param contradictions how many results in a row have contradicted it
 */
record Tally(Probe probe, int contradictions) {

    static Tally of(Probe probe) {
        return new Tally(probe, 0);
    }

    Tally after(boolean passed, int fall, int rise) {
        return switch (probe) {
            case PENDING, UNCHECKED -> passed ? of(Probe.UP) : contradicted(fall, Probe.DOWN);
            case UP -> passed ? of(Probe.UP) : contradicted(fall, Probe.DOWN);
            case DOWN -> passed ? contradicted(rise, Probe.UP) : of(Probe.DOWN);
        };
    }

    private Tally contradicted(int enough, Probe opposite) {
        return contradictions + 1 >= enough ? of(opposite) : new Tally(probe, contradictions + 1);
    }

    /** Whether the next result may bring another verdict soon. */
    boolean changing() {
        return contradictions > 0 || probe == Probe.PENDING;
    }
}
