package io.headgate.l7;

import io.headgate.pool.HashOn;
import io.headgate.pool.KeyHash;
import io.headgate.pool.PoolSpec;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The hash of what a pool balances a request on. A request without that part is balanced on the client's
 * address.
 */
public final class BalanceKey {

    private BalanceKey() {
    }

    /** The parts of a request, as the edits of its route have left them. */
    public interface Parts {

        /** The raw path. */
        @Nullable
        String path();

        /** The first value of this header. */
        @Nullable
        String header(String name);

        /** The value of the first cookie with this name. */
        @Nullable
        String cookie(String name);

        /** The first value of this query parameter, decoded. */
        @Nullable
        String parameter(String name);

        /** The client: the peer, or whom a trusted peer names. */
        @Nullable
        InetSocketAddress client();

        /** Who has logged in, as a filter before found; null for nobody. */
        default @Nullable String user() {
            return null;
        }
    }

    /** Zero for a pool that does not hash. */
    public static long of(PoolSpec pool, Parts request) {
        HashOn on = pool.balancing().key();
        if (on == null) {
            return 0;
        }
        String text = switch (on.part()) {
            case SOURCE -> null;
            case PATH -> request.path();
            case HEADER -> request.header(on.name());
            case COOKIE -> request.cookie(on.name());
            case QUERY -> request.parameter(on.name());
        };
        return text != null ? KeyHash.of(text) : KeyHash.of(request.client());
    }
}
