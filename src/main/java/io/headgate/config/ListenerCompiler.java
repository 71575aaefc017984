package io.headgate.config;

import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.ListenerTimeoutProperties;
import io.headgate.l4.ListenerLimits;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.ListenerTimeouts;
import io.headgate.l4.SocketOptions;
import io.headgate.pool.Address;
import io.headgate.security.AddressRules;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one listener's properties and makes its spec. */
final class ListenerCompiler {

    private ListenerCompiler() {
    }

    /** Null when a fault makes a spec impossible. */
    static @Nullable ListenerSpec compile(String name, ListenerProperties listener, Set<String> pools,
            Faults faults) {
        String path = "headgate.listeners." + name;
        if (!PoolCompiler.NAME.matcher(name).matches()) {
            faults.add(path, name, "a name of lower-case letters, digits and hyphens",
                    "Rename the listener.");
        }
        Address bind = bind(path, listener, faults);
        String pool = pool(path, listener, pools, faults);
        AddressRules rules = new AddressRules(AddressLists.read(path + ".allow", listener.allow(), faults),
                AddressLists.read(path + ".deny", listener.deny(), faults));
        faults.range(path + ".max-connections", listener.maxConnections(), 0, Integer.MAX_VALUE);
        faults.range(path + ".max-connections-per-client", listener.maxConnectionsPerClient(), 0,
                Integer.MAX_VALUE);
        ListenerTimeoutProperties timeouts = listener.timeouts();
        if (timeouts.connect() != null) {
            faults.positive(path + ".timeouts.connect", timeouts.connect());
        }
        faults.duration(path + ".timeouts.send", timeouts.send());
        faults.duration(path + ".timeouts.idle", timeouts.idle());
        faults.duration(path + ".timeouts.half-closed", timeouts.halfClosed());
        return bind == null || pool == null
                ? null
                : new ListenerSpec(name, bind, pool, rules,
                        new ListenerLimits(listener.maxConnections(), listener.maxConnectionsPerClient()),
                        new ListenerTimeouts(timeouts.connect(), timeouts.send(), timeouts.idle(),
                                timeouts.halfClosed()),
                        SocketOptions.DEFAULT);
    }

    private static @Nullable Address bind(String path, ListenerProperties listener, Faults faults) {
        if (listener.bind() == null) {
            faults.add(path + ".bind", null, "host:port", "Say where to listen, such as 0.0.0.0:5432.");
            return null;
        }
        return faults.parse(path + ".bind", listener.bind(), Address::parse,
                "Write host:port, an IPv6 address in brackets.");
    }

    private static @Nullable String pool(String path, ListenerProperties listener, Set<String> pools,
            Faults faults) {
        String pool = listener.pool();
        if (pool != null && pools.contains(pool)) {
            return pool;
        }
        String names = pools.isEmpty() ? "no pool is configured" : "one of " + String.join(", ", pools);
        faults.add(path + ".pool", pool, "a configured pool: " + names,
                pool == null
                        ? "Say which pool's members serve this listener."
                        : "Add the pool under headgate.pools, or use the name of one that is there.");
        return null;
    }
}
