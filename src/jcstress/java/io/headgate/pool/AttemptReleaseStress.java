package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A request ends while a timeout releases its member on another thread: one of the two does it. */
@JCStressTest
@State
@Outcome(id = {"true, false, 0", "false, true, 0"}, expect = Expect.ACCEPTABLE, desc = "one of the two")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or a wrong count")
public class AttemptReleaseStress {

    private final Pool pool = StressedPool.of(1, 1);
    private final Attempt attempt = StressedPool.attempt(pool);

    @Actor
    public void end(ZZI_Result result) {
        result.r1 = attempt.release(io.headgate.pool.Outcome.OK);
    }

    @Actor
    public void timeout(ZZI_Result result) {
        result.r2 = attempt.release(io.headgate.pool.Outcome.TIMEOUT);
    }

    @Arbiter
    public void after(ZZI_Result result) {
        result.r3 = pool.members().getFirst().inFlight();
    }
}
