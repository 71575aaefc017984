package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.HealthProperties;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.MemberProperties;
import io.headgate.config.properties.MemberTlsProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.net.Transport;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks for settings that are impossible if members are Unix domain sockets, which have neither a host nor a
 * port.
 */
final class DomainSockets {

    private final Faults faults;
    private final Set<String> found = new HashSet<>();

    private DomainSockets(Faults faults) {
        this.faults = faults;
    }

    /**
     * Checks pools and listeners.
     *
     * @return the pools that have such members
     */
    static Set<String> check(Map<String, PoolProperties> pools, Map<String, ListenerProperties> listeners,
            Transport transport, Faults faults) {
        DomainSockets check = new DomainSockets(faults);
        pools.forEach((name, pool) -> check.pool("headgate.pools." + name, name, pool, transport));
        listeners.forEach((name, listener) -> check.listener("headgate.listeners." + name, listener));
        return Set.copyOf(check.found);
    }

    private static boolean isPath(MemberProperties member) {
        String address = member.address();
        return address != null && address.strip().startsWith("unix:/");
    }

    private void pool(String path, String name, PoolProperties pool, Transport transport) {
        List<MemberProperties> members = pool.members();
        for (int i = 0; i < members.size(); i++) {
            if (isPath(members.get(i))) {
                found.add(name);
                if (transport != Transport.EPOLL) {
                    faults.add(path + ".members[" + i + "].address", members.get(i).address(),
                            "host:port; Unix domain sockets need Linux and Netty's epoll library",
                            "Let the member listen on a port.");
                }
            }
        }
        if (!found.contains(name)) {
            return;
        }
        HealthProperties health = pool.health();
        if (health.port() != null) {
            faults.add(path + ".health.port", health.port(),
                    "no port, because a member is a Unix domain socket",
                    "Remove it: the check goes to the socket.");
        }
        if (health.check().equals("udp")) {
            faults.add(path + ".health.check", "udp",
                    "another check, because a member is a Unix domain socket",
                    "Check by tcp or http: they go to the socket.");
        }
        MemberTlsProperties tls = pool.tls();
        if (tls != null && tls.enabled() && tls.serverName() == null) {
            faults.add(path + ".tls.server-name", null, "a name, because a Unix domain socket has no host",
                    "Say which name the members' certificate has.");
        }
    }

    private void listener(String path, ListenerProperties listener) {
        String pool = listener.pool();
        if (listener.protocol().equals("udp") && isOne(pool)) {
            faults.add(path + ".pool", pool, "a pool without Unix domain sockets; they carry no UDP",
                    "Use a pool whose members are host:port.");
        } else if (listener.memberPort().equals("same")
                && (isOne(pool) || listener.sni().stream().anyMatch(rule -> isOne(rule.pool())))) {
            faults.add(path + ".member-port", "same", "own; a Unix domain socket has no port",
                    "Remove it, or use a pool whose members are host:port.");
        }
    }

    private boolean isOne(@Nullable String pool) {
        return pool != null && found.contains(pool);
    }
}
