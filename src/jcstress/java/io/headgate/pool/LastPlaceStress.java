package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two requests for the last place on the only member: one gets it, and it is counted once. */
@JCStressTest
@State
@Outcome(id = {"0, -1, 1", "-1, 0, 1"}, expect = Expect.ACCEPTABLE, desc = "one of the two")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or a wrong count")
public class LastPlaceStress {

    private final Pool pool = StressedPool.of(1, 1);

    @Actor
    public void one(III_Result result) {
        result.r1 = StressedPool.pick(pool);
    }

    @Actor
    public void other(III_Result result) {
        result.r2 = StressedPool.pick(pool);
    }

    @Arbiter
    public void after(III_Result result) {
        result.r3 = pool.members().getFirst().inFlight();
    }
}
