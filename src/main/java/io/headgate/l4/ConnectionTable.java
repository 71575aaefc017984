package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * All open connections of all listeners. As a {@link PoolListener} it closes those of an evicted member.
 */
public final class ConnectionTable implements PoolListener {

    private final Map<Long, Owned> byId = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    long nextId() {
        return ids.incrementAndGet();
    }

    void add(Owned connection) {
        byId.put(connection.id(), connection);
    }

    void remove(Connection connection) {
        byId.remove(connection.id());
    }

    /** How many are open. */
    public int size() {
        return byId.size();
    }

    /** The listener's open connections, oldest first. */
    public List<Connection> of(String listener) {
        return byId.values().stream().filter(c -> c.listener().equals(listener))
                .sorted(Comparator.comparingLong(Connection::id)).<Connection>map(c -> c).toList();
    }

    public Optional<Connection> find(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * Closes all that match.
     *
     * @return how many
     */
    public int close(Predicate<Connection> which, Reason reason) {
        int closed = 0;
        for (Connection connection : byId.values()) {
            if (which.test(connection)) {
                connection.close(reason);
                closed++;
            }
        }
        return closed;
    }

    void close(Listener listener, Reason reason) {
        byId.values().stream().filter(c -> c.owner() == listener).forEach(c -> c.close(reason));
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        close(connection -> connection.member() == member, reason);
    }
}
