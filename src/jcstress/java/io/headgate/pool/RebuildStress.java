package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A member is taken out while two requests come: each sees the members before or after, never none. */
@JCStressTest
@State
@Outcome(id = {"0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "before or after")
@Outcome(expect = Expect.FORBIDDEN, desc = "nobody, or one who was out already")
public class RebuildStress {

    private final Pool pool = StressedPool.of(2, 0);

    @Actor
    public void takeOut() {
        pool.ejected(pool.members().getFirst(), true, "test");
    }

    @Actor
    public void ask(II_Result result) {
        result.r1 = StressedPool.pick(pool);
        result.r2 = StressedPool.pick(pool);
    }
}
