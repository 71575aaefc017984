package io.headgate.admin;

import io.headgate.l4.Connection;
import io.headgate.pool.Member;
import io.headgate.security.AddressSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Selects connections.
 *
 * @param member only those that this member serves, null for any
 * @param client only those from this address or network, null for any
 * @param from the same as a set
 */
record ConnectionFilter(@Nullable String member, @Nullable String client, @Nullable AddressSet from)
        implements
            Predicate<Connection> {

    static ConnectionFilter of(@Nullable String member, @Nullable String client) {
        try {
            return new ConnectionFilter(member, client,
                    client == null ? null : AddressSet.of(List.of(client)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("client: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean test(Connection connection) {
        Member serves = connection.member();
        return (member == null || (serves != null && serves.id().equals(member)))
                && (from == null || from.contains(connection.client().getAddress()));
    }

    @Override
    public String toString() {
        return (member == null ? "" : "of member " + member + " ") + (client == null ? "" : "from " + client);
    }
}
