package io.headgate.l7.fast;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pick;
import io.headgate.pool.Pool;
import org.jspecify.annotations.Nullable;

/** The members that are asked for one request, one after the other. Whoever is held is given back once. */
final class Attempts {

    /** However large the pool: a request is not worth more. */
    private static final int MAX = 10;

    private final Pick pick = new Pick();
    private @Nullable Member held;
    private @Nullable Member last;
    private int count;

    /** Takes a member that was not tried yet; null when there is none. */
    @Nullable
    Member next(Pool pool) {
        Member member = count < MAX ? pool.acquire(pick) : null;
        if (member != null) {
            held = member;
            last = member;
            count++;
        }
        return member;
    }

    /** The one that is held is not asked again. */
    void giveUp(Outcome outcome) {
        Member member = held;
        if (member != null) {
            pick.exclude(member);
        }
        release(outcome);
    }

    void release(Outcome outcome) {
        Member member = held;
        if (member != null) {
            held = null;
            member.release(outcome);
        }
    }

    /** Who was asked last, held or not. */
    @Nullable
    Member last() {
        return last;
    }

    int count() {
        return count;
    }
}
