package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A request ends while a member is picked for it on another thread: nothing stays held. */
@JCStressTest
@State
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "released, or never taken")
@Outcome(expect = Expect.FORBIDDEN, desc = "held by nobody, or released twice")
public class AttemptsEndStress {

    private final Pool pool = StressedPool.of(1, 1);
    private final Attempts attempts = StressedPool.attempts(pool);

    @Actor
    public void hold() {
        attempts.nextNow(null);
    }

    @Actor
    public void end() {
        attempts.end(io.headgate.pool.Outcome.UNKNOWN);
    }

    @Arbiter
    public void after(I_Result result) {
        result.r1 = pool.members().getFirst().inFlight();
    }
}
