package io.headgate.pool;

import java.util.concurrent.ThreadLocalRandom;

/** Randomness as a parameter, so that tests can script it. Used by many threads at once. */
@FunctionalInterface
public interface RandomSource {

    /** What production uses. */
    RandomSource THREAD_LOCAL = bound -> ThreadLocalRandom.current().nextInt(bound);

    /** A number from 0 (inclusive) to the bound (exclusive). */
    int below(int bound);
}
