package io.headgate.health;

import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Probe;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks one member repeatedly, one check at a time. Everything happens on the member's event loop;
 * {@link #start}, {@link #use}, {@link #hurry} and {@link #stop} may be called from anywhere.
 */
final class MemberChecks {

    private final Member member;
    private final EventLoop loop;
    private final Clock clock;
    private final Rhythm rhythm;
    private final CheckListener listener;

    // All that follows belongs to the loop.
    private HealthSpec spec;
    private @Nullable Check check;
    private Tally tally;
    private boolean first = true;
    private boolean stopped;
    private long started;
    /** Distinguishes the current check from abandoned ones. */
    private int round;
    private @Nullable Promise<Finding> running;
    private Future<?> held;
    private Future<?> next;

    MemberChecks(Member member, EventLoop loop, Clock clock, Rhythm rhythm, CheckListener listener,
            HealthSpec spec, @Nullable Check check) {
        this.member = member;
        this.loop = loop;
        this.clock = clock;
        this.rhythm = rhythm;
        this.listener = listener;
        this.spec = spec;
        this.check = check;
        this.tally = Tally.of(member.standing().probe().value());
        this.held = loop.newSucceededFuture(null);
        this.next = held;
    }

    /** Makes the first check at once. */
    void start() {
        loop.execute(this::check);
    }

    /** Switches to another configuration and checks at once; the verdict so far stays. */
    void use(HealthSpec changed, @Nullable Check with) {
        loop.execute(() -> {
            spec = changed;
            check = with;
            first = true;
            abandon();
            schedule(held.isDone() ? Duration.ZERO : changed.fastInterval());
        });
    }

    /** Checks soon, because there is reason to doubt the member. */
    void hurry() {
        loop.execute(() -> {
            long rest = started + spec.fastInterval().toNanos() - clock.ticker().nanoTime();
            if (rest <= 0) {
                check();
            } else if (check != null && running == null) {
                schedule(Duration.ofNanos(rest));
            }
        });
    }

    /** Ends all checks of the member. A check under way is abandoned. */
    void stop() {
        loop.execute(() -> {
            stopped = true;
            abandon();
        });
    }

    private void abandon() {
        next.cancel(false);
        Promise<Finding> abandoned = running;
        running = null;
        round++;
        if (abandoned != null) {
            abandoned.cancel(false);
        }
    }

    private void check() {
        if (stopped || running != null) {
            return;
        }
        next.cancel(false);
        if (check == null) {
            tally = Tally.of(Probe.UNCHECKED);
            member.pool().probed(member, Probe.UNCHECKED, "not checked");
        } else {
            run(check);
        }
    }

    private void run(Check check) {
        started = clock.ticker().nanoTime();
        Instant at = clock.wall().instant();
        if (!held.isDone()) {
            finished(Finding.failed("the previous check has not ended yet"), at);
            return;
        }
        Promise<Finding> finding = loop.newPromise();
        running = finding;
        int mine = ++round;
        Duration timeout = spec.timeout();
        Future<?> timer = loop.schedule(
                () -> finding.trySuccess(Finding.failed("no answer within " + timeout.toMillis() + " ms")),
                timeout.toNanos(), TimeUnit.NANOSECONDS);
        finding.addListener(ended -> {
            timer.cancel(false);
            if (round == mine) {
                running = null;
                finished(ended.isSuccess() ? finding.getNow() : failure(ended.cause()), at);
            }
        });
        held = start(check, finding);
    }

    private Future<?> start(Check check, Promise<Finding> finding) {
        try {
            return check.start(CheckedMember.of(member, spec), loop, finding);
        } catch (RuntimeException | Error e) {
            finding.trySuccess(failure(e));
            return loop.newSucceededFuture(null);
        }
    }

    private static Finding failure(Throwable cause) {
        return Finding.failed("the check failed with an error: " + cause);
    }

    private void finished(Finding finding, Instant at) {
        Duration took = Duration.ofNanos(clock.ticker().nanoTime() - started);
        Member.Check result = new Member.Check(finding.passed(), finding.detail(), at, took);
        Tally before = tally;
        if (!finding.ours()) {
            tally = before.after(finding.passed(), spec.fall(), spec.rise());
        }
        member.checked(result);
        try {
            listener.onCheck(member, result); // first: what a passed check undoes is no change
        } finally { // a listener that fails must not end the checks
            try {
                if (tally.probe() != before.probe()) {
                    member.pool().probed(member, tally.probe(), cause(finding));
                }
            } finally {
                schedule(pause());
                first = false;
            }
        }
    }

    private String cause(Finding finding) {
        return (tally.probe() == Probe.UP ? "check passed: " : "check failed: ") + finding.detail();
    }

    private Duration pause() {
        boolean fast = tally.changing() || member.standing().ejected().value();
        Duration interval = fast && spec.fastInterval().compareTo(spec.interval()) < 0
                ? spec.fastInterval()
                : spec.interval();
        return Rhythm.together(first ? rhythm.spread(interval) : rhythm.jittered(interval),
                clock.ticker().nanoTime());
    }

    private void schedule(Duration delay) {
        next.cancel(false);
        if (!stopped) {
            next = loop.schedule(this::check, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
