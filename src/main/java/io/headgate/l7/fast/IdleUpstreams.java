package io.headgate.l7.fast;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unused connections to members of one event loop. The one that was used last is taken first: it is the
 * least likely to have been closed, and surplus connections stay at the other end and expire. All of them are
 * being read from, so that one that the member closes is gone at once.
 */
final class IdleUpstreams {

    private final UpstreamLimits limits;
    private final Ticker ticker;
    private final Map<Object, ArrayDeque<Http1Upstream>> byKey = new HashMap<>();

    IdleUpstreams(UpstreamLimits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    /**
     * The connection that was used last; null where there is none.
     *
     * @param tls how it must be secured: one from before a change of that is closed
     */
    @Nullable
    Http1Upstream take(Object key, @Nullable MemberTls tls) {
        ArrayDeque<Http1Upstream> idle = byKey.get(key);
        if (idle == null) {
            return null;
        }
        long now = ticker.nanoTime();
        for (Http1Upstream upstream = idle.pollLast(); upstream != null; upstream = idle.pollLast()) {
            if (upstream.isOpen() && !outlived(upstream, now) && upstream.age().isKept(now)
                    && Objects.equals(upstream.target().tls(), tls)) {
                upstream.counts().taken();
                return upstream;
            }
            upstream.counts().dropped();
            upstream.close();
        }
        return null;
    }

    /** Keeps a connection, or closes it where there are enough, or nobody will ask for it. */
    void put(Http1Upstream upstream) {
        Member member = upstream.target().member();
        if (member != null && member.availability() != Availability.UP) {
            upstream.close();
            return;
        }
        ArrayDeque<Http1Upstream> idle = byKey.computeIfAbsent(upstream.key(), key -> new ArrayDeque<>());
        long now = ticker.nanoTime();
        upstream.age().idles(now);
        if (idle.size() >= limits.maxIdle() || outlived(upstream, now) || !upstream.age().isKept(now)
                || !upstream.isOpen()) {
            upstream.close();
            return;
        }
        idle.addLast(upstream);
        upstream.counts().kept();
    }

    /** Closes all that lead there, for whomever they are kept. */
    void close(Member member) {
        for (Object key : List.copyOf(byKey.keySet())) {
            if (member.equals(UpstreamTarget.member(key))) {
                Objects.requireNonNull(byKey.remove(key)).forEach(upstream -> {
                    upstream.counts().dropped();
                    upstream.close();
                });
            }
        }
    }

    /** Closes the one that has been unused for longest, to free its descriptor; false when there is none. */
    boolean closeOldest() {
        Http1Upstream oldest = null;
        for (ArrayDeque<Http1Upstream> idle : byKey.values()) {
            Http1Upstream first = idle.peekFirst();
            if (first != null
                    && (oldest == null || first.age().idleSince() - oldest.age().idleSince() < 0)) {
                oldest = first;
            }
        }
        if (oldest == null) {
            return false;
        }
        remove(oldest);
        oldest.close();
        return true;
    }

    void remove(Http1Upstream upstream) {
        ArrayDeque<Http1Upstream> idle = byKey.get(upstream.key());
        if (idle != null && idle.remove(upstream)) {
            upstream.counts().dropped();
        }
    }

    private boolean outlived(Http1Upstream upstream, long now) {
        return now - upstream.age().bornAt() > limits.life().toNanos();
    }

    /** Closes what has lain here for too long, and forgets members that have no connection. */
    void sweep() {
        long now = ticker.nanoTime();
        for (Iterator<ArrayDeque<Http1Upstream>> each = byKey.values().iterator(); each.hasNext();) {
            ArrayDeque<Http1Upstream> idle = each.next();
            for (Http1Upstream oldest = idle.peekFirst(); oldest != null
                    && now - oldest.age().idleSince() > limits.idle().toNanos(); oldest = idle.peekFirst()) {
                idle.pollFirst();
                oldest.counts().dropped();
                oldest.close();
            }
            if (idle.isEmpty()) {
                each.remove();
            }
        }
    }
}
