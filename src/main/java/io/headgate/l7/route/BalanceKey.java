package io.headgate.l7.route;

import io.headgate.pool.HashOn;
import io.headgate.pool.KeyHash;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.SourceHash;
import io.netty.handler.codec.http.cookie.Cookie;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hash of what a pool balances a request on, as the edits of its route have left it; of the client's
 * address if the request does not have it.
 */
public final class BalanceKey {

    private BalanceKey() {
    }

    /** Zero for a pool that does not hash. */
    public static long of(RequestDraft request, PoolSpec pool) {
        if (!pool.algorithm().hashes()) {
            return 0;
        }
        String key = pool.algorithm() instanceof SourceHash ? null : text(request, pool.hashOn());
        return key != null ? KeyHash.of(key) : source(request.received().peer());
    }

    private static @Nullable String text(RequestDraft request, HashOn on) {
        return switch (on.part()) {
            case SOURCE -> null;
            case PATH -> request.path();
            case HEADER -> request.headers().get(on.name());
            case COOKIE -> cookie(request, on.name());
            case QUERY -> query(request, on.name());
        };
    }

    private static @Nullable String cookie(RequestDraft request, String name) {
        for (Cookie cookie : RequestCookies.parse(request.headers()).all()) {
            if (cookie.name().equals(name)) {
                return cookie.value();
            }
        }
        return null;
    }

    private static @Nullable String query(RequestDraft request, String name) {
        List<@Nullable String> values = QueryParameters.parse(request.query()).byName().get(name);
        return values == null ? null : values.getFirst();
    }

    private static long source(@Nullable InetSocketAddress peer) {
        return peer == null || peer.getAddress() == null ? 0 : KeyHash.of(peer.getAddress().getAddress());
    }
}
