package io.headgate.admin;

import io.headgate.l4.Connection;
import io.headgate.l4.Listener;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages of a listener's connections. A rate is measured since the previous page, so the counting costs
 * nothing while nobody asks. For the first page, it is the average over the connection's life.
 */
final class ConnectionPage {

    private final Clock clock;
    private final Map<Long, Reading> readings = new ConcurrentHashMap<>();

    ConnectionPage(Clock clock) {
        this.clock = clock;
    }

    private record Reading(Instant at, long in, long out) {}

    /**
     * What is shown of a connection; bytes in come from the client, bytes out from the member; rates are in
     * bytes a second.
     */
    record ConnectionView(long id, String client, @Nullable String member, Duration age, long bytesIn,
            long bytesOut, long bytesSpliced, long rateIn, long rateOut) {}

    /**
     * A page.
     *
     * @param total how many connections match
     */
    record Page(int total, int offset, List<ConnectionView> connections) {}

    /**
     * Makes one.
     *
     * @param all the listeners that there are
     */
    Page of(Listener listener, Collection<Listener> all, ConnectionFilter filter, int offset, int limit) {
        List<Connection> open = listener.connections();
        List<Connection> found = open.stream().filter(filter).toList();
        Page page = new Page(found.size(), offset,
                found.stream().skip(offset).limit(limit).map(this::view).toList());
        forget(all);
        return page;
    }

    /** Readings of connections that are over. */
    private void forget(Collection<Listener> listeners) {
        if (readings.size() > 2 * listeners.stream().mapToInt(Listener::open).sum()) {
            Set<Long> open = listeners.stream().flatMap(listener -> listener.connections().stream())
                    .map(Connection::id).collect(Collectors.toSet());
            readings.keySet().retainAll(open);
        }
    }

    private ConnectionView view(Connection connection) {
        InetSocketAddress client = connection.client();
        Member member = connection.member();
        Reading now = new Reading(clock.wall().instant(), connection.bytesIn(), connection.bytesOut());
        Reading last = readings.put(connection.id(), now);
        Reading before = last != null ? last : new Reading(connection.openedAt(), 0, 0);
        Duration since = Duration.between(before.at, now.at);
        return new ConnectionView(connection.id(),
                client.getAddress().getHostAddress() + ":" + client.getPort(),
                member == null ? null : member.id(), Duration.between(connection.openedAt(), now.at), now.in,
                now.out, connection.bytesSpliced(), rate(now.in - before.in, since),
                rate(now.out - before.out, since));
    }

    private static long rate(long bytes, Duration since) {
        return bytes * 1000 / Math.max(1, since.toMillis());
    }
}
