package io.headgate.l7.fast;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The connections of HTTP/2 to members of one event loop. A request takes a stream of the oldest one that has
 * room, so that surplus connections get no streams and close. Requests that come while a connection is made
 * wait for that one, instead of making one each.
 */
@SuppressWarnings("ReferenceEquality") // dials are who they are
final class Http2MemberConnections {

    /** What there is to one member. */
    private static final class ToMember {

        private final List<Http2MemberConnection> open = new ArrayList<>(2);
        private @Nullable Http2Dial dial;
        /** It has chosen HTTP/1.1: those who wait would wait in vain. */
        private boolean http1;

        /** What is known of a member that is leaving, or gone, is of no use any more. */
        boolean isUnused(Object key) {
            Member member = UpstreamTarget.member(key);
            return open.isEmpty() && dial == null
                    && (!http1 || (member != null && member.availability() != Availability.UP));
        }
    }

    private final Worker worker;
    private final UpstreamLimits limits;
    private final Map<Object, ToMember> byKey = new HashMap<>();
    /** They get no more streams, but still have some. */
    private final List<Http2MemberConnection> leaving = new ArrayList<>(2);

    Http2MemberConnections(Worker worker, UpstreamLimits limits) {
        this.worker = worker;
        this.limits = limits;
    }

    /**
     * A stream on a connection that is there; null if none has room.
     *
     * @param tls how it must be secured: one from before a change of that leaves
     * @param refused a stream whose connection is not to be taken again
     */
    @Nullable
    Upstream take(Object key, @Nullable MemberTls tls, @Nullable Upstream refused) {
        ToMember there = byKey.get(key);
        if (there == null) {
            return null;
        }
        for (int i = 0; i < there.open.size(); i++) {
            Http2MemberConnection connection = there.open.get(i);
            if (!Objects.equals(connection.target().tls(), tls)) {
                connection.leave();
                i--;
            } else if (connection.hasRoom()
                    && !(refused instanceof Http2Upstream stream && stream.isOn(connection))) {
                return connection.open();
            }
        }
        return null;
    }

    /** Calls back with a stream on a connection that is being made, or with a connection of HTTP/1.1. */
    void dial(UpstreamTarget target, MemberProtocol protocol, Duration timeout, Dialer.Caller caller) {
        ToMember there = byKey.computeIfAbsent(target.key(), key -> new ToMember());
        Http2Dial dial = there.dial;
        if (dial != null && !dial.isFull() && Objects.equals(dial.target().tls(), target.tls())) {
            dial.add(caller);
            return;
        }
        Http2Dial fresh = new Http2Dial(worker, target, protocol, timeout);
        fresh.add(caller);
        if (!there.http1 || protocol != MemberProtocol.AUTO) {
            there.dial = fresh;
        }
        worker.dialer().dial(target, protocol, timeout, fresh);
    }

    /** Those who got none. */
    void redial(Http2Dial dial, Queue<Dialer.Caller> waiting) {
        for (Dialer.Caller next = waiting.poll(); next != null; next = waiting.poll()) {
            dial(dial.target(), dial.protocol(), dial.timeout(), next);
        }
    }

    void ready(Http2Dial dial, Http2MemberConnection connection) {
        over(dial);
        ToMember there = byKey.computeIfAbsent(dial.target().key(), key -> new ToMember());
        there.http1 = false;
        there.open.add(connection);
    }

    void speaksHttp1(Http2Dial dial) {
        over(dial);
        byKey.computeIfAbsent(dial.target().key(), key -> new ToMember()).http1 = true;
    }

    /** No connection comes of it, or one has. */
    void over(Http2Dial dial) {
        ToMember there = byKey.get(dial.target().key());
        if (there != null && there.dial == dial) {
            there.dial = null;
        }
    }

    /** It gets no more streams. */
    void leaves(Http2MemberConnection connection) {
        remove(connection);
        leaving.add(connection);
    }

    void remove(Http2MemberConnection connection) {
        leaving.remove(connection);
        ToMember there = byKey.get(connection.target().key());
        if (there != null) {
            there.open.remove(connection);
        }
    }

    /** All that lead there get no more streams, whomever they serve. */
    void leave(Member member) {
        byKey.forEach((key, there) -> {
            if (member.equals(UpstreamTarget.member(key))) {
                there.http1 = false;
                new ArrayList<>(there.open).forEach(Http2MemberConnection::leave);
            }
        });
    }

    /**
     * Closes the one that has had no stream for longest, to free its descriptor; false when there is none.
     */
    boolean closeOldest() {
        Http2MemberConnection oldest = null;
        for (ToMember there : byKey.values()) {
            for (Http2MemberConnection each : there.open) {
                if (each.isIdle() && (oldest == null
                        || each.age().idleSince() - oldest.age().idleSince() < 0)) {
                    oldest = each;
                }
            }
        }
        if (oldest != null) {
            oldest.close();
        }
        return oldest != null;
    }

    /** Ends what is dead, unused or old, and forgets members that have no connection. */
    void sweep(long now) {
        for (int i = leaving.size() - 1; i >= 0; i--) {
            leaving.get(i).sweep(now);
        }
        for (Iterator<Map.Entry<Object, ToMember>> each = byKey.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Object, ToMember> entry = each.next();
            ToMember there = entry.getValue();
            if (there.isUnused(entry.getKey())) {
                each.remove();
            } else {
                for (Http2MemberConnection connection : new ArrayList<>(there.open)) {
                    sweep(connection, now);
                }
            }
        }
    }

    private void sweep(Http2MemberConnection connection, long now) {
        boolean unused = connection.isIdle() && now - connection.age().idleSince() > limits.idle().toNanos();
        if (unused || now - connection.age().bornAt() > limits.life().toNanos()) {
            connection.leave();
        } else {
            connection.sweep(now);
        }
    }
}
