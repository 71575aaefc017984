package io.headgate.health;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.OutcomeListener;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.RandomSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs the active checks of all pools: from the moment a member joins its pool until it has left, on an event
 * loop. A failed connection of real traffic makes the next check of that member come soon.
 */
public final class HealthChecks implements PoolListener, OutcomeListener, AutoCloseable {

    private final EventLoops loops;
    private final Names names;
    private final Clock clock;
    private final Rhythm rhythm;
    private final CheckListener listener;
    private final Map<Member, MemberChecks> running = new ConcurrentHashMap<>();
    private volatile Map<String, HealthSpec> specs = Map.of();

    /**
     * Checks nothing until {@link #apply}.
     *
     * @param listener is notified of every check
     */
    public HealthChecks(EventLoops loops, Names names, Clock clock, RandomSource random,
            CheckListener listener) {
        this.loops = loops;
        this.names = names;
        this.clock = clock;
        this.rhythm = new Rhythm(random);
        this.listener = listener;
    }

    /**
     * Makes these the checks of the pools, by name, also of the members that join from now on. Where a pool's
     * check has changed, its members are checked anew at once and keep their verdicts until then. A pool that
     * is not named keeps its check while its members drain.
     */
    public synchronized void apply(Map<String, HealthSpec> next) {
        Map<String, HealthSpec> before = specs;
        specs = Map.copyOf(next);
        running.forEach((member, checks) -> {
            String pool = member.pool().name();
            HealthSpec spec = next.get(pool);
            if (spec != null && !spec.equals(before.get(pool))) {
                checks.use(spec, check(spec));
            }
        });
    }

    @Override
    public synchronized void memberAdded(Pool pool, Member member) {
        HealthSpec spec = specs.getOrDefault(pool.name(), HealthSpec.NONE);
        MemberChecks checks = new MemberChecks(member, loops.next(), clock, rhythm, listener, spec,
                check(spec));
        running.put(member, checks);
        checks.start();
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        MemberChecks checks = running.remove(member);
        if (checks != null) {
            checks.stop();
        }
    }

    @Override
    public void onOutcome(Member member, Outcome outcome) {
        if (outcome == Outcome.CONNECT_FAILED) {
            hurry(member);
        }
    }

    private void hurry(Member member) {
        MemberChecks checks = running.get(member);
        if (checks != null) {
            checks.hurry();
        }
    }

    /** Ends all checks. To be called before the event loops are closed. */
    @Override
    public void close() {
        running.values().forEach(MemberChecks::stop);
        running.clear();
    }

    private static Duration patience(HealthSpec spec) {
        Duration half = halfPause(spec);
        return half.compareTo(HttpCheck.PATIENCE) < 0 ? half : HttpCheck.PATIENCE;
    }

    /** Half the pause between checks: a socket that is kept this long is closed before the next check. */
    private static Duration halfPause(HealthSpec spec) {
        Duration pause = spec.fastInterval().compareTo(spec.interval()) < 0
                ? spec.fastInterval()
                : spec.interval();
        return pause.dividedBy(2);
    }

    /** Null if nothing is checked. */
    private @Nullable Check check(HealthSpec spec) {
        List<String> protocols = spec.check() instanceof CheckSpec.Grpc ? List.of("h2") : List.of();
        boolean silent = spec.check() instanceof CheckSpec.Tcp && spec.tls() == null;
        CheckConnection dial = new CheckConnection(loops.transport(), names, spec.tls(), protocols,
                silent ? Opening.UNSEEN : spec.opening());
        return switch (spec.check()) {
            case CheckSpec.None() -> null;
            case CheckSpec.Tcp() -> new TcpCheck(dial);
            case CheckSpec.Http http -> new HttpCheck(dial, http, patience(spec));
            case CheckSpec.Grpc grpc -> new GrpcCheck(dial, grpc);
            case CheckSpec.Udp udp -> new UdpCheck(loops.transport(), names, udp, halfPause(spec));
            case CheckSpec.Command command -> new CommandCheck(command);
        };
    }
}
