package io.headgate.l4;

import io.headgate.pool.Member;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which member a client of a UDP socket should not be given again so soon, because it has just refused the
 * client's datagram or left it unanswered: checks and passive detection take longer than the client, and a
 * hash would choose the same member again. Kept by address, since many clients ask from another port each
 * time. On one event loop.
 */
final class Shunned {

    /** In ticks: five seconds, by when checks have noticed. */
    private static final long TICKS = 50;
    private static final int MOST = 1024;

    private final Map<InetAddress, Shun> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Shun> eldest) {
            return size() > MOST;
        }
    };

    private record Shun(Member member, long until) {}

    void add(InetAddress client, Member member, long now) {
        entries.remove(client);
        entries.put(client, new Shun(member, now + TICKS));
    }

    /** The member to avoid for this client; null for none. */
    @Nullable
    Member of(InetAddress client, long now) {
        Shun entry = entries.get(client);
        if (entry != null && now >= entry.until()) {
            entries.remove(client);
            return null;
        }
        return entry == null ? null : entry.member();
    }
}
