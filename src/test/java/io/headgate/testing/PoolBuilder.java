package io.headgate.testing;

import io.headgate.pool.AdaptiveSpec;
import io.headgate.pool.Algorithm;
import io.headgate.pool.Balancing;
import io.headgate.pool.HashOn;
import io.headgate.pool.Lifecycle;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.MemberTls;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.RetryBudget;
import io.headgate.pool.RoundRobin;
import io.headgate.pool.Timeouts;
import io.headgate.pool.ZonePreference;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pools step by step. It begins with round-robin over members in clear text that speak HTTP/1.1, without
 * checks, queue, slow start and sticky sessions; what is left has 30 s to drain.
 */
public record PoolBuilder(PoolSpec spec) {

    public static PoolBuilder pool(String name, MemberSpec... members) {
        return pool(name, List.of(members));
    }

    public static PoolBuilder pool(String name, List<MemberSpec> members) {
        return new PoolBuilder(new PoolSpec(name, members,
                new Balancing(new RoundRobin(), HashOn.SOURCE, null, 0), QueueSpec.OFF,
                new Lifecycle(false, Duration.ZERO, Duration.ofSeconds(30), false), Timeouts.DEFAULT,
                MemberProtocol.HTTP1, null, RetryBudget.DEFAULT, null));
    }

    public PoolBuilder withAlgorithm(Algorithm algorithm) {
        Balancing now = spec.balancing();
        return with(new Balancing(algorithm, now.hashOn(), now.zones(), now.panicThreshold()));
    }

    public PoolBuilder withHashOn(HashOn on) {
        Balancing now = spec.balancing();
        return with(new Balancing(now.algorithm(), on, now.zones(), now.panicThreshold()));
    }

    public PoolBuilder withZones(ZonePreference zones) {
        Balancing now = spec.balancing();
        return with(new Balancing(now.algorithm(), now.hashOn(), zones, now.panicThreshold()));
    }

    public PoolBuilder withPanicThreshold(int threshold) {
        Balancing now = spec.balancing();
        return with(new Balancing(now.algorithm(), now.hashOn(), now.zones(), threshold));
    }

    public PoolBuilder checked(boolean checked) {
        Lifecycle now = spec.lifecycle();
        return with(new Lifecycle(checked, now.slowStart(), now.drainTimeout(), now.closeOnDown()));
    }

    public PoolBuilder withSlowStart(Duration slowStart) {
        Lifecycle now = spec.lifecycle();
        return with(new Lifecycle(now.checked(), slowStart, now.drainTimeout(), now.closeOnDown()));
    }

    public PoolBuilder withDrainTimeout(Duration timeout) {
        Lifecycle now = spec.lifecycle();
        return with(new Lifecycle(now.checked(), now.slowStart(), timeout, now.closeOnDown()));
    }

    /** Ends what is open on a member that goes down. */
    public PoolBuilder closingOnDown() {
        Lifecycle now = spec.lifecycle();
        return with(new Lifecycle(now.checked(), now.slowStart(), now.drainTimeout(), true));
    }

    public PoolBuilder withMembers(List<MemberSpec> members) {
        return new PoolBuilder(spec.withMembers(members));
    }

    public PoolBuilder withQueue(QueueSpec queue) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), queue,
                spec.lifecycle(), spec.timeouts(), spec.protocol(), spec.tls(), spec.retryBudget(),
                spec.sticky()));
    }

    /** Comes last: the other steps forget it. */
    public PoolBuilder withAdaptive(AdaptiveSpec adaptive) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                spec.lifecycle(), spec.timeouts(), spec.protocol(), spec.tls(), spec.retryBudget(),
                spec.sticky(), adaptive));
    }

    public PoolBuilder withTimeouts(Timeouts timeouts) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                spec.lifecycle(), timeouts, spec.protocol(), spec.tls(), spec.retryBudget(), spec.sticky()));
    }

    public PoolBuilder withRetryBudget(RetryBudget budget) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                spec.lifecycle(), spec.timeouts(), spec.protocol(), spec.tls(), budget, spec.sticky()));
    }

    public PoolBuilder withTls(@Nullable MemberTls tls) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                spec.lifecycle(), spec.timeouts(), spec.protocol(), tls, spec.retryBudget(), spec.sticky()));
    }

    public PoolBuilder withProtocol(MemberProtocol protocol) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                spec.lifecycle(), spec.timeouts(), protocol, spec.tls(), spec.retryBudget(), spec.sticky()));
    }

    private PoolBuilder with(Balancing balancing) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), balancing, spec.queue(),
                spec.lifecycle(), spec.timeouts(), spec.protocol(), spec.tls(), spec.retryBudget(),
                spec.sticky()));
    }

    private PoolBuilder with(Lifecycle lifecycle) {
        return new PoolBuilder(new PoolSpec(spec.name(), spec.members(), spec.balancing(), spec.queue(),
                lifecycle, spec.timeouts(), spec.protocol(), spec.tls(), spec.retryBudget(), spec.sticky()));
    }
}
