package io.headgate.pool;

import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The balancer that picks for a pool: the one built for the pool's current members. In a large pool, building
 * takes time, and nothing waits for it: the previous balancer goes on, without the members that may no longer
 * get work, and the next one is built on a thread of its own, once for all changes that come meanwhile.
 */
final class Succession {

    /** Up to this many members, a balancer is made at once, which takes a millisecond or two. */
    static final int SMALL = 100;

    private final RandomSource random;
    private final Executor beside;
    private final Runnable replaced;
    private volatile Balancer current = pick -> null;
    private @Nullable Wanted wanted;
    private @Nullable Wanted made;
    private Balancer base = current;
    private boolean making;

    /**
     * Picks nobody at first.
     *
     * @param beside where balancers of large pools are made
     * @param replaced is called, without any lock, when there may be a place that was not there before
     */
    Succession(RandomSource random, Executor beside, Runnable replaced) {
        this.random = random;
        this.beside = beside;
        this.replaced = replaced;
    }

    private static final class Wanted {

        private final Eligible members;
        private final Algorithm algorithm;

        Wanted(Eligible members, Algorithm algorithm) {
            this.members = members;
            this.algorithm = algorithm;
        }

        boolean sameAs(Wanted other) {
            return members.sameAs(other.members) && algorithm.equals(other.algorithm);
        }

        Balancer make(RandomSource random) {
            return members.balancer(algorithm, random);
        }
    }

    Balancer current() {
        return current;
    }

    /** From now on these get work, and no others. */
    synchronized void follow(Eligible members, Algorithm algorithm) {
        Wanted next = new Wanted(members, algorithm);
        Wanted last = wanted;
        if (last != null && next.sameAs(last)) {
            return;
        }
        wanted = next;
        if (members.size() <= SMALL || !isKnown(members.everyone())) {
            install(next, next.make(random));
        } else {
            current = new Interim(base, members.everyone());
            if (!making) {
                making = true;
                beside.execute(this::make);
            }
        }
    }

    /** Whether what was made last can do until the next: most members are in both. */
    private boolean isKnown(Set<Member> members) {
        if (made == null) {
            return false;
        }
        Set<Member> before = made.members.everyone();
        long both = members.stream().filter(before::contains).count();
        return 2 * both >= Math.max(members.size(), before.size());
    }

    private void install(Wanted next, Balancer ready) {
        made = next;
        base = ready;
        current = wanted == null || wanted == next ? ready : new Interim(ready, wanted.members.everyone());
    }

    private void make() {
        boolean more = true;
        try {
            while (more) {
                more = makeNext();
                replaced.run();
            }
        } finally {
            if (more) { // it failed: the next change tries again
                synchronized (this) {
                    making = false;
                }
            }
        }
    }

    private boolean makeNext() {
        Wanted next;
        Wanted before;
        synchronized (this) {
            next = wanted;
            before = made;
            making = next != null && next != before;
            if (!making || next == null) {
                return false;
            }
        }
        Balancer ready = next.make(random);
        synchronized (this) {
            if (made == before) { // else one for later members was made at once
                install(next, ready);
            }
        }
        return true;
    }

    /** A balancer made for other members, of which only those are taken that may get work now. */
    private record Interim(Balancer base, Set<Member> members) implements Balancer {

        @Override
        public @Nullable Member pick(Pick pick) {
            Member member = base.pick(pick);
            return member == null || members.contains(member) ? member : another(pick, member);
        }

        private @Nullable Member another(Pick pick, Member gone) {
            int tried = pick.exclusions();
            Member member = gone;
            while (member != null && !members.contains(member)) {
                pick.exclude(member);
                member = base.pick(pick);
            }
            pick.keep(tried);
            return member;
        }
    }
}
