package io.headgate.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a member: its counts and its standing. Lives as long as the member stays configured or has
 * work open, over every reload. Places on it are taken and released through an {@link Attempt}.
 */
public final class Member {

    private final Pool pool;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder picks = new LongAdder();
    private final Latency latency = new Latency();
    private final Trial trial = new Trial();
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private volatile MemberSpec spec;
    private volatile Standing standing;
    private volatile @Nullable Check lastCheck;
    private volatile @Nullable AdaptiveLimit adaptive;
    private volatile long drainDeadline;
    private long operatorDeadline;
    private long upSince;

    Member(Pool pool, MemberSpec spec, Standing standing) {
        this.pool = pool;
        this.spec = spec;
        this.standing = standing;
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    /** The last active check. */
    public record Check(boolean passed, String detail, Instant at, Duration took) {}

    public Pool pool() {
        return pool;
    }

    public String id() {
        return spec.id();
    }

    public Address address() {
        return spec.address();
    }

    public MemberSpec spec() {
        return spec;
    }

    public Standing standing() {
        return standing;
    }

    public Availability availability() {
        return standing.availability();
    }

    /**
     * Why nothing may be open on it, null if something may: work begun now would outlive
     * {@link PoolListener#memberEvicted}. In a panic members have work although they are down.
     */
    @Nullable
    Reason evicted() {
        Standing now = standing;
        if (now.availability() == Availability.MAINTENANCE) {
            return Reason.MAINTENANCE;
        }
        return now.probe().value() == Probe.DOWN && pool.spec().lifecycle().closeOnDown() && !pool.panic()
                ? Reason.MEMBER_DOWN
                : null;
    }

    /** Requests and connections that hold this member now. */
    public int inFlight() {
        return inFlight.get();
    }

    /** How often it was picked. */
    public long picks() {
        return picks.sum();
    }

    /** How often work on it ended so. */
    public long count(Outcome outcome) {
        return counter(outcome).sum();
    }

    /** How long it has taken to answer lately, see {@link Latency}; zero if that is not known. */
    public Duration latency() {
        return Duration.ofNanos((long) latency.value(pool.nanos()));
    }

    public @Nullable Check lastCheck() {
        return lastCheck;
    }

    /** Keeps a check's result for show; {@link Pool#probed} takes its verdict. */
    public void checked(Check check) {
        lastCheck = check;
    }

    /**
     * Reports how long the member took to answer: to the head of its answer at layer 7, to the connection at
     * layer 4. Algorithms that prefer fast members learn from it.
     */
    void answered(long tookNanos) {
        long now = pool.nanos();
        latency.observe(tookNanos, now);
        adapt(tookNanos, now);
        proven();
    }

    private void adapt(long tookNanos, long now) {
        AdaptiveLimit mine = adaptive;
        if (mine != null && mine.observe(tookNanos, inFlight.get(), now)) {
            pool.waitQueue().serve();
        }
    }

    /** How many requests and connections it may have in flight now; 0 for any number. */
    public int limit() {
        AdaptiveLimit mine = adaptive;
        int max = spec.maxConnections();
        return mine == null ? max : max == 0 ? mine.limit() : Math.min(max, mine.limit());
    }

    /** It would have taken longer than that to answer: no news if it is known to be slower. */
    void outlasted(long nanos) {
        long now = pool.nanos();
        if (nanos > latency.value(now)) {
            latency.observe(nanos, now);
        }
        AdaptiveLimit mine = adaptive;
        if (mine != null && mine.isLate(nanos)) {
            adapt(nanos, now);
        }
    }

    /** The work begun on it is proven: if the member is on trial, the next may begin. */
    void proven() {
        if (trial.isOn()) {
            trial.prove();
            pool.waitQueue().serve();
        }
    }

    /**
     * From now on no more than so many may be under way on it that it has not answered, until
     * {@link #endTrial}.
     */
    public void beginTrial(int permitted) {
        trial.begin(permitted);
    }

    public void endTrial() {
        if (trial.isOn()) {
            trial.end();
            pool.waitQueue().serve();
        }
    }

    public boolean onTrial() {
        return trial.isOn();
    }

    /** In nanoseconds, 0 while nothing is known. */
    float latency(long now) {
        return latency.value(now);
    }

    /** Gives the member back. */
    void release(Outcome outcome) {
        if (outcome == Outcome.TIMEOUT) {
            adapt(Long.MAX_VALUE, pool.nanos());
        }
        inFlight.decrementAndGet();
        if (trial.isOn()) {
            trial.leave();
        }
        if (outcome.failed()) {
            latency.failed(pool.nanos());
        }
        counter(outcome).increment();
        pool.outcome(this, outcome);
        pool.waitQueue().serve();
    }

    /** Takes what became of work that did not come from here. */
    void worked(Outcome outcome, long times) {
        picks.add(times);
        counter(outcome).add(times);
        if (outcome.failed() || onTrial()) {
            pool.outcome(this, outcome);
        }
    }

    /** Whether it is at its {@link #limit}, or at what it may have on trial. */
    boolean full() {
        if (trial.isFull() && !pool.panic()) {
            return true;
        }
        int max = limit();
        return max != 0 && inFlight.get() >= max;
    }

    private LongAdder counter(Outcome outcome) {
        return Objects.requireNonNull(outcomes.get(outcome));
    }

    /** Takes a place on the member; false when it is {@link #full}. */
    boolean tryAcquire() {
        if (!trial.isOn() || pool.panic()) {
            return tryAcquirePlace();
        }
        boolean entered = trial.enter();
        if (entered && !tryAcquirePlace()) {
            trial.leave();
            return false;
        }
        return entered;
    }

    private boolean tryAcquirePlace() {
        int max = limit();
        if (max == 0) {
            inFlight.incrementAndGet();
        } else {
            int now;
            do {
                now = inFlight.get();
                if (now >= max) {
                    return false;
                }
            } while (!inFlight.compareAndSet(now, now + 1));
        }
        picks.increment();
        return true;
    }

    /** The operator's weight, or else the configured one. */
    public int weight() {
        Integer override = standing.operator().value().weight();
        return override != null ? override : spec.weight();
    }

    /**
     * Whether sessions that are bound to this member may go on here: while it is up, whatever its weight, and
     * for the drain-timeout while an operator drains it.
     */
    boolean servesSessions() {
        return switch (availability()) {
            case UP -> true;
            case DOWN, EJECTED -> pool.panic();
            case DRAINING -> drainDeadline != 0 && standing.observed() == Availability.UP;
            case CHECKING, LEAVING, MAINTENANCE -> false;
        };
    }

    // The following methods are called only under the pool's lock.

    void spec(MemberSpec next) {
        spec = next;
        adaptive = AdaptiveLimit.of(pool.spec().adaptive(), adaptive, pool.nanos());
    }

    void standing(Standing next) {
        standing = next;
    }

    long drainDeadline() {
        return drainDeadline;
    }

    void drainDeadline(long nanos) {
        drainDeadline = nanos;
    }

    long operatorDeadline() {
        return operatorDeadline;
    }

    void operatorDeadline(long nanos) {
        operatorDeadline = nanos;
    }

    long upSince() {
        return upSince;
    }

    void upSince(long nanos) {
        upSince = nanos;
    }

    @Override
    public String toString() {
        return pool.name() + "/" + id();
    }
}
