package io.headgate.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A failure and a fast answer at once: the failure is not lost. */
@JCStressTest
@State
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "slow")
@Outcome(expect = Expect.FORBIDDEN, desc = "the failure is lost")
public class LatencyStress {

    private final Latency latency = new Latency();

    @Actor
    public void fails() {
        latency.failed(0);
    }

    @Actor
    public void answers() {
        latency.observe(1_000, 0);
    }

    @Arbiter
    public void after(I_Result result) {
        result.r1 = latency.value(0) > 500_000_000 ? 1 : 0;
    }
}
