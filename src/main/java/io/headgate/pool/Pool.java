package io.headgate.pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A named set of members that share work. Picking reads one volatile reference and takes no lock; every
 * change of a member takes this object's lock, derives the member's availability anew and, if other members
 * may get work now, replaces the balancer.
 */
public final class Pool {

    private final String name;
    private final Clock clock;
    private final PoolListener listener;
    private final OutcomeListener outcomes;
    private volatile PoolSpec spec;
    private volatile List<Member> members = List.of();
    private final Succession balancers;
    private volatile @Nullable StickySessions sticky;
    private volatile Eligible eligible = Eligible.NONE;
    private final WaitQueue queue;
    private final ConnectionCounts connections = new ConnectionCounts();
    private final Repeats repeats = new Repeats(this);
    private final Hedges hedges = new Hedges(repeats);
    private final ChangeBatch changes = new ChangeBatch(this::rebuild);
    private final Transitions transitions;

    /**
     * Without members.
     *
     * @param beside where balancers of large pools are made
     */
    Pool(PoolSpec spec, Clock clock, RandomSource random, Executor beside, PoolListener listener,
            OutcomeListener outcomes) {
        this.name = spec.name();
        this.spec = spec;
        this.clock = clock;
        this.listener = listener;
        this.outcomes = outcomes;
        this.queue = new WaitQueue(this::take, clock);
        this.balancers = new Succession(random, beside, queue::serve);
        this.transitions = new Transitions(this, changes, clock, listener);
    }

    public String name() {
        return name;
    }

    public PoolSpec spec() {
        return spec;
    }

    /** All members in configured order, those that are leaving last. */
    public List<Member> members() {
        return members;
    }

    public Optional<Member> member(String id) {
        return members.stream().filter(m -> m.id().equals(id)).findFirst();
    }

    /** Every member, and whether it may get work now. */
    public List<Candidate> candidates() {
        Eligible now = eligible;
        return members.stream().map(member -> Candidate.of(member, now)).toList();
    }

    /**
     * The member that a request with this hash would get now, if the algorithm does not go by turns or by
     * chance.
     */
    public Optional<Member> preview(long hash) {
        Algorithm algorithm = spec.balancing().algorithm();
        return algorithm instanceof LeastConnections || algorithm.key(HashOn.SOURCE) != null
                ? Optional.ofNullable(eligible.balancer(algorithm, bound -> 0).pick(new Pick(hash)))
                : Optional.empty();
    }

    /**
     * The members that get new work now, and their weights; those of other zones only if there is nobody
     * else.
     */
    public Snapshot shares() {
        Eligible current = eligible;
        return current.members().size() > 0 ? current.members() : current.others();
    }

    /** Whether any member may get work. */
    public boolean available() {
        return eligible.members().size() > 0;
    }

    /** Whether so few members can take work that health is not looked at. */
    public boolean panic() {
        return eligible.panic();
    }

    /** Whether every member has had its first verdict. */
    public boolean settled() {
        return members.stream().noneMatch(m -> m.availability() == Availability.CHECKING);
    }

    /**
     * Picks a member that the pick does not exclude and takes a place on it; {@link Attempts} is the way here
     * from other packages. Nobody overtakes those who wait in the queue.
     *
     * @return null when there is none; {@link #mayQueue} says whether to wait, {@link #refusal} why not
     */
    @Nullable
    Member acquire(Pick pick) {
        return queue.occupied() ? null : take(pick);
    }

    private @Nullable Member take(Pick pick) {
        Balancer current = balancers.current();
        Member member = current.pick(pick);
        return member == null || member.tryAcquire() ? member : takeAnother(current, pick, member);
    }

    /** Full members are excluded for this one search only: each may have a place by the next. */
    private @Nullable Member takeAnother(Balancer current, Pick pick, Member full) {
        int tried = pick.exclusions();
        Member member = full;
        do {
            pick.exclude(member);
            member = eligible.hasRoom(pick) ? current.pick(pick) : null;
        } while (member != null && !member.tryAcquire());
        pick.keep(tried);
        return member;
    }

    /** Whether to wait when {@link #acquire} found none: some member that was not tried may get room. */
    boolean mayQueue(Pick pick) {
        return (spec.queue().size() > 0 || queue.occupied()) && eligible.offers(pick);
    }

    /**
     * Takes a place on the member that a session is bound to, if it may still serve the session, or else on
     * another.
     *
     * @return null when there is none; {@link #refusal} says why
     */
    @Nullable
    Member acquire(Pick pick, @Nullable Member bound) {
        return bound != null && !pick.excludes(bound) && bound.servesSessions() && bound.tryAcquire()
                ? bound
                : acquire(pick);
    }

    /**
     * Finds the member that a session's cookie names; null if this pool's sessions are not bound by a cookie.
     */
    public @Nullable StickySessions sticky() {
        return sticky;
    }

    /** Why {@link #acquire} found none. */
    Reason refusal() {
        return available() ? Reason.MEMBERS_FULL : Reason.NO_MEMBER;
    }

    /** The requests that are being repeated. */
    public Repeats repeats() {
        return repeats;
    }

    /** Second attempts beside slow ones. */
    public Hedges hedges() {
        return hedges;
    }

    /** Whether there is a member that the pick does not exclude, full or not. */
    boolean offers(Pick pick) {
        return eligible.offers(pick);
    }

    /** The fast lane's connections to its members. */
    public ConnectionCounts connections() {
        return connections;
    }

    public QueueState queue() {
        return queue.state();
    }

    WaitQueue waitQueue() {
        return queue;
    }

    long nanos() {
        return clock.nanos();
    }

    /**
     * Takes what became of work that others have led to the member without asking here.
     *
     * @param times how often it ended so since the last report
     */
    public void worked(Member member, Outcome outcome, long times) {
        if (times > 0) {
            member.worked(outcome, times);
        }
    }

    void outcome(Member member, Outcome outcome) {
        outcomes.onOutcome(member, outcome);
    }

    /** Takes over a changed configuration: members that stay keep their state, those that are gone drain. */
    synchronized void apply(PoolSpec next) {
        changes.make(() -> adopt(next));
        sweep();
    }

    private void adopt(PoolSpec next) {
        changes.replaceBalancer();
        spec = next;
        changes.tell(() -> listener.sharesChanged(this)); // perhaps by another algorithm
        Map<MemberSpec.Identity, Member> gone = new LinkedHashMap<>();
        members.forEach(m -> gone.put(m.spec().identity(), m));
        List<Member> kept = new ArrayList<>();
        List<Member> added = new ArrayList<>();
        for (MemberSpec wanted : next.members()) {
            Member member = gone.remove(wanted.identity());
            if (member == null) {
                member = new Member(this, wanted, Standing.initial(next.lifecycle().checked(), clock.now()));
                member.upSince(clock.nanos());
                added.add(member);
            }
            member.spec(wanted);
            kept.add(member);
        }
        Sticky wanted = next.sticky();
        sticky = wanted == null ? null : StickySessions.of(wanted, name, kept, sticky);
        List<Member> all = new ArrayList<>(kept);
        all.addAll(gone.values());
        members = List.copyOf(all);
        added.forEach(m -> listener.memberAdded(this, m));
        kept.forEach(m -> transitions.leaving(m, false));
        gone.values().forEach(m -> transitions.leaving(m, true));
    }

    /** The pool is no longer configured: its members drain, and nobody waits for them. */
    void retire() {
        apply(spec.withMembers(List.of()));
        queue.close(Reason.NO_MEMBER);
    }

    /** The active checks' verdict. */
    public synchronized void probed(Member member, Probe probe, String cause) {
        transitions.probed(member, probe, cause);
    }

    /** The passive verdict. */
    public synchronized void ejected(Member member, boolean ejected, String cause) {
        transitions.ejected(member, ejected, cause);
    }

    /** The operator's command. */
    public synchronized void operate(Member member, Operator operator) {
        transitions.operate(member, operator);
    }

    /** Does what is due by time. Called about once a second. */
    synchronized void sweep() {
        changes.make(() -> members.forEach(this::sweep));
    }

    private void sweep(Member member) {
        transitions.sweep(member);
        if (member.standing().leaving().value() && member.inFlight() == 0) {
            members = members.stream().filter(m -> m != member).toList();
            changes.tell(() -> listener.memberRemoved(this, member));
        }
    }

    private void rebuild() {
        Eligible next = Eligible.of(members, clock.nanos(), spec);
        boolean panicChanges = next.panic() != eligible.panic();
        boolean sharesChange = !next.sameAs(eligible);
        balancers.follow(next, spec.balancing().algorithm());
        eligible = next;
        queue.serve();
        if (panicChanges) {
            listener.panicChanged(this, next.panic());
        }
        if (sharesChange) {
            listener.sharesChanged(this);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
