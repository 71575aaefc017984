package io.headgate.l7.fast;

import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Pool;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unused connections to members that one client has logged in on, see
 * {@link io.headgate.l7.ConnectionLogin}: data on them belongs to that user, so they serve no other client,
 * and they end with the client's own connection. Made at the first login; few clients have one.
 */
final class OwnUpstreams {

    /** Each is a member's connection that serves nobody else. */
    private static final int MAX = 4;

    private final List<Http1Upstream> idle = new ArrayList<>(1);
    private boolean over;

    private OwnUpstreams() {
    }

    /** Those of the client at the other end, until it leaves. */
    static OwnUpstreams of(Channel client) {
        OwnUpstreams own = new OwnUpstreams();
        client.closeFuture().addListener(left -> own.close());
        return own;
    }

    /**
     * The connection that was used last; null if there is none.
     *
     * @param login whether the request logs in: only such a one may go on with a login that is under way
     */
    @Nullable
    Http1Upstream take(Object key, @Nullable MemberTls tls, boolean login) {
        Http1Upstream under = login ? find(key, tls, true) : null;
        return under != null ? under : find(key, tls, false);
    }

    private @Nullable Http1Upstream find(Object key, @Nullable MemberTls tls, boolean loggingIn) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            Http1Upstream upstream = idle.get(i);
            if (upstream.key().equals(key) && upstream.isLoggingIn() == loggingIn) {
                idle.remove(i);
                if (upstream.isOpen() && upstream.age().isKept(upstream.now())
                        && Objects.equals(upstream.target().tls(), tls)) {
                    return upstream;
                }
                upstream.close();
            }
        }
        return null;
    }

    /** The member of this pool on which the client logged in last; null if there is none. */
    @Nullable
    Member member(Pool pool) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            Member member = idle.get(i).target().member();
            if (member != null && member.pool() == pool) {
                return member;
            }
        }
        return null;
    }

    /** Keeps a connection until the client asks again; if there are enough, the oldest is closed. */
    void put(Http1Upstream upstream) {
        if (over || !upstream.isOpen()) {
            upstream.close();
            return;
        }
        upstream.age().idles(upstream.now());
        idle.add(upstream);
        if (idle.size() > MAX) {
            idle.removeFirst().close();
        }
    }

    void remove(Http1Upstream upstream) {
        idle.remove(upstream);
    }

    /** The client has gone: nobody may be served by these any more. */
    private void close() {
        over = true;
        List<Http1Upstream> all = new ArrayList<>(idle);
        idle.clear();
        all.forEach(Http1Upstream::close);
    }
}
