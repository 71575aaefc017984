package io.headgate.l4.kernel;

import io.headgate.l4.ListenerSpec;
import io.headgate.pool.Clock;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks {@code nft --check} about the rules that a listener would have, where it can be asked. */
public final class RulesCheck {

    private RulesCheck() {
    }

    /**
     * What nft says against them; null for nothing, and where there is no nft that may be used.
     *
     * @param pool of the listener, with the members that are configured
     */
    public static @Nullable String refusal(ListenerSpec listener, PoolSpec pool) {
        Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        });
        pools.apply(List.of(pool));
        Pool made = pools.find(pool.name()).orElseThrow();
        List<Service> services = Services.of(listener, address(listener), made, false, false);
        if (services.isEmpty() || !isUsable()) {
            return null;
        }
        try {
            Nft.check(Script.whole("headgate_check", services, Set.of(), Set.of(), Set.of()));
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static @Nullable InetSocketAddress address(ListenerSpec listener) {
        InetAddress host = NetUtil
                .createInetAddressFromIpAddressString(listener.bind().first().host());
        return host == null ? null : new InetSocketAddress(host, listener.bind().first().port());
    }

    private static boolean isUsable() {
        try {
            Nft.check("add table inet headgate_check\n");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
