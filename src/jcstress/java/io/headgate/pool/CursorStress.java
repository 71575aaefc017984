package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two requests at once take the two turns of a cycle, each another one. */
@JCStressTest
@State
@Outcome(id = {"0, 1", "1, 0"}, expect = Expect.ACCEPTABLE, desc = "each turn once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a turn was taken twice")
public class CursorStress {

    private final Pool pool = StressedPool.of(2, 0);

    @Actor
    public void one(II_Result result) {
        result.r1 = StressedPool.pick(pool);
    }

    @Actor
    public void other(II_Result result) {
        result.r2 = StressedPool.pick(pool);
    }
}
