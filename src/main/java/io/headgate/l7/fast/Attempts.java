package io.headgate.l7.fast;

import io.headgate.l7.StickyCookie;
import io.headgate.l7.route.BalanceKey;
import io.headgate.l7.route.RequestDraft;
import io.headgate.pool.Guest;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pick;
import io.headgate.pool.Pool;
import io.headgate.pool.StickySessions;
import io.headgate.pool.Ticket;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members that are asked for one request, one after the other. Whoever is held is given back once. */
final class Attempts {

    /** However large the pool: a request is not worth more. */
    private static final int MAX = 10;

    private @Nullable Pick pick;
    private @Nullable Member held;
    private @Nullable Member last;
    private @Nullable StickyCookie sticky;
    private int count;

    /**
     * Takes a member that was not tried yet; null when there is none.
     *
     * @param request gives the key where the pool hashes
     * @param logins of the client: where it is logged in it goes again, whatever the balance says
     */
    @Nullable
    Member next(Pool pool, RequestDraft request, @Nullable OwnUpstreams logins) {
        Pick mine = pick;
        if (mine == null) {
            mine = new Pick(BalanceKey.of(request, pool.spec()));
            pick = mine;
            sticky = sticky(pool, request.headers());
        }
        Member bound = logins == null ? null : logins.member(pool);
        if (bound == null && sticky != null) {
            bound = sticky.bound();
        }
        while (count < MAX) {
            Member member = pool.acquire(mine, bound);
            if (member == null || member.evicted() == null) {
                if (member != null) {
                    hold(member);
                }
                return member;
            }
            mine.exclude(member); // it was taken out while it was picked
            member.release(Outcome.UNKNOWN);
        }
        return null;
    }

    /** Reads the sticky cookie of a pool that has one, and takes it out of what the member will see. */
    private static @Nullable StickyCookie sticky(Pool pool, HttpHeaders headers) {
        StickySessions sessions = pool.sticky();
        if (sessions == null) {
            return null;
        }
        List<String> lines = headers.getAll(HttpHeaderNames.COOKIE);
        StickyCookie cookie = StickyCookie.read(sessions, lines);
        if (cookie.sent()) {
            headers.set(HttpHeaderNames.COOKIE, cookie.without(lines));
        }
        return cookie;
    }

    /** The Set-Cookie header that belongs to the answer of the member that is held; null for none. */
    @Nullable
    String setCookie() {
        Member member = held;
        return sticky == null || member == null ? null : sticky.setCookie(member);
    }

    /** Takes over a member that was granted in a queue. */
    void hold(Member member) {
        held = member;
        last = member;
        count++;
    }

    /**
     * A ticket for the pool's queue, where {@link #next} found nobody; null when there is nothing to wait
     * for.
     */
    @Nullable
    Ticket ticket(Pool pool, EventLoop loop, Guest guest) {
        Pick mine = pick;
        return mine != null && count < MAX && pool.mayQueue(mine)
                ? new Ticket(pool, mine, loop, guest)
                : null;
    }

    /** The one that is held is not asked again. */
    void giveUp(Outcome outcome) {
        Member member = held;
        if (member != null && pick != null) {
            pick.exclude(member);
        }
        release(outcome);
    }

    /** The answer has begun. */
    void answered(long nanos) {
        Member member = held;
        if (member != null) {
            member.answered(nanos);
        }
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
