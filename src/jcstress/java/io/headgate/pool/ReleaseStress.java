package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A place is given back while another request asks for it: it gets it or not, and the count is right. */
@JCStressTest
@State
@Outcome(id = {"0, 0, 1", "0, -1, 0"}, expect = Expect.ACCEPTABLE, desc = "in time, or too early")
@Outcome(expect = Expect.FORBIDDEN, desc = "a wrong count")
public class ReleaseStress {

    private final Pool pool = StressedPool.of(1, 1);
    private final int first = StressedPool.pick(pool);

    @Actor
    public void giveBack(III_Result result) {
        pool.members().getFirst().release(io.headgate.pool.Outcome.OK);
        result.r1 = first;
    }

    @Actor
    public void ask(III_Result result) {
        result.r2 = StressedPool.pick(pool);
    }

    @Arbiter
    public void after(III_Result result) {
        result.r3 = pool.members().getFirst().inFlight();
    }
}
