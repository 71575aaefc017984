package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.DiscoveryProperties;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.MemberProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.l4.Engine;
import io.headgate.l4.PortRange;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what carries a listener's connections. The kernel can do what it can decide by a connection's first
 * packet: for everything else there is a sentence here that says why not.
 */
final class EngineCompiler {

    private static final Set<String> TABLES = Set.of("round-robin", "random", "source-hash",
            "consistent-hash");
    /** The kernel's names end at 255, and a member's address is a part of some. */
    private static final int LONGEST_NAME = 128;

    private final List<Obstacle> obstacles = new ArrayList<>();

    private EngineCompiler() {
    }

    private record Obstacle(String property, String value, String expected) {

        @Override
        public String toString() {
            return property + ": " + value + " (the kernel expects: " + expected + ")";
        }
    }

    /**
     * Decides, and reports what is impossible.
     *
     * @param pool the listener's, null if it has none that exists
     */
    static Engine compile(String name, ListenerProperties listener, @Nullable PoolProperties pool,
            Faults faults) {
        String path = "headgate.listeners." + name;
        Duration persistence = listener.persistenceTimeout();
        faults.duration(path + ".persistence-timeout", persistence);
        boolean client = listener.source().equals("client");
        if (!client && !listener.source().equals("gateway")) {
            faults.add(path + ".source", listener.source(), "gateway or client",
                    "Write one of these values.");
        }
        switch (listener.engine()) {
            case "kernel", "auto" -> {
            }
            case "relay" -> {
                return relay(path, listener, pool, List.of(), faults);
            }
            default -> {
                faults.add(path + ".engine", listener.engine(), "relay, kernel or auto",
                        "Write one of these values.");
                return Engine.RELAY;
            }
        }
        EngineCompiler compiler = new EngineCompiler();
        compiler.listener(path, name, listener);
        if (pool != null) {
            compiler.pool("headgate.pools." + listener.pool(), pool);
        }
        boolean required = listener.engine().equals("kernel");
        if (compiler.obstacles.isEmpty()) {
            return new Engine.Kernel(required || client || !persistence.isZero(), client, persistence,
                    pool != null && pool.outlier() != null);
        }
        if (required) {
            compiler.obstacles.forEach(obstacle -> faults.add(obstacle.property, obstacle.value,
                    obstacle.expected + ", because listener " + name + " is for the kernel",
                    "Change it, or write engine: relay, or auto, for the listener."));
        }
        return relay(path, listener, pool, compiler.obstacles.stream().map(Obstacle::toString).toList(),
                faults);
    }

    /** Also checks whether the client's address can be kept. */
    private static Engine relay(String path, ListenerProperties listener, @Nullable PoolProperties pool,
            List<String> obstacles, Faults faults) {
        if (!listener.persistenceTimeout().isZero()) {
            faults.add(path + ".persistence-timeout", listener.persistenceTimeout(),
                    "0s, because this process relays the connections"
                            + (obstacles.isEmpty() ? "" : ": " + String.join("; ", obstacles)),
                    "Write engine: kernel, or balance: source-hash for the pool, by which a client also has the"
                            + " same member.");
        }
        if (!listener.source().equals("client")) {
            return new Engine.Relay(obstacles, false);
        }
        List<MemberProperties> members = pool == null ? List.of() : pool.members();
        for (int i = 0; i < members.size(); i++) {
            String address = members.get(i).address();
            if (address != null && (address.startsWith("unix:") || isLoopback(address))) {
                faults.add("headgate.pools." + listener.pool() + ".members[" + i + "].address", address,
                        "an address of another machine, because listener "
                                + path.substring(path.lastIndexOf('.') + 1) + " has source: client",
                        "Write one, or source: gateway for the listener.");
            }
        }
        return new Engine.Relay(obstacles, true);
    }

    private void needs(boolean good, String property, @Nullable Object value, String expected) {
        if (!good) {
            obstacles.add(new Obstacle(property, value == null ? "" : value.toString(), expected));
        }
    }

    private void listener(String path, String name, ListenerProperties listener) {
        needs(name.length() <= LONGEST_NAME, path, name, "a name of at most " + LONGEST_NAME + " characters");
        needs(!isLoopback(listener.bind()), path + ".bind", listener.bind(),
                "another address than loopback, where the kernel leads nothing elsewhere");
        needs(!listener.protocol().equals("http"), path + ".protocol", "http",
                "tcp or udp: the kernel reads no requests");
        needs(listener.sni().isEmpty(), path + ".sni", "set", "no sni: it takes the client's first bytes");
        needs(listener.tls() == null, path + ".tls", "set",
                "no tls: the kernel carries the bytes as they are");
        needs(listener.starttls() == null, path + ".starttls", listener.starttls(),
                "no starttls: the kernel carries the bytes as they are");
        needs(listener.proxyProtocol().accept().isEmpty(), path + ".proxy-protocol.accept", "set",
                "no PROXY headers: the kernel reads no bytes");
        needs(listener.proxyProtocol().send() == null, path + ".proxy-protocol.send",
                listener.proxyProtocol().send(), "no PROXY headers: the kernel adds no bytes");
        Integer most = listener.maxConnections();
        needs(most == null || most == 0, path + ".max-connections", most,
                "no limit: the kernel does not count what is open");
        needs(listener.maxConnectionsPerClient() == 0, path + ".max-connections-per-client",
                listener.maxConnectionsPerClient(), "0: the kernel does not count what is open");
        needs(listener.ratePerClient() == 0, path + ".rate-per-client", listener.ratePerClient(),
                "0: the kernel does not count clients");
        needs(listener.responses() == 0, path + ".responses", listener.responses(),
                "0: the kernel does not count datagrams");
        needs(listener.timeouts().connect() == null, path + ".timeouts.connect",
                listener.timeouts().connect(),
                "no connect timeout: the client itself connects to the member");
        needs(listener.timeouts().send() == null, path + ".timeouts.send", listener.timeouts().send(),
                "no send timeout: the client and the member wait for one another");
    }

    private static boolean isLoopback(@Nullable String bind) {
        try {
            String host = bind == null ? "" : PortRange.parse(bind).first().host();
            return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
        } catch (IllegalArgumentException e) {
            return false; // a fault of its own
        }
    }

    private void pool(String path, PoolProperties pool) {
        needs(TABLES.contains(pool.balance()), path + ".balance", pool.balance(),
                "round-robin, random, source-hash or consistent-hash: the kernel does not know how busy members are");
        needs(!pool.balance().equals("consistent-hash") || pool.hashOn().equals("source"), path + ".hash-on",
                pool.hashOn(), "source: of a connection, the kernel knows the client's address only");
        needs(pool.hashBalanceFactor() == 0, path + ".hash-balance-factor", pool.hashBalanceFactor(),
                "0: the kernel does not know how busy members are");
        needs(pool.maxConnections() == 0, path + ".max-connections", pool.maxConnections(),
                "0: the kernel does not count what is open on a member");
        needs(pool.adaptiveConcurrency().target().isZero(), path + ".adaptive-concurrency.target",
                pool.adaptiveConcurrency().target(), "0: the kernel does not count what is open on a member");
        needs(pool.queue().size() == 0, path + ".queue.size", pool.queue().size(),
                "0: the kernel has no queue for clients");
        needs(pool.tls() == null || !pool.tls().enabled(), path + ".tls", "set",
                "no tls: the kernel carries the bytes as they are");
        DiscoveryProperties discovery = pool.discovery();
        needs(discovery == null || discovery.srv() == null, path + ".discovery.srv",
                discovery == null ? null : discovery.srv(), "dns: members of srv are host names");
        for (int i = 0; i < pool.members().size(); i++) {
            MemberProperties member = pool.members().get(i);
            String at = path + ".members[" + i + "]";
            needs(member.address() == null || isAddress(member.address()), at + ".address", member.address(),
                    "an IP address that is not loopback, and a port; for a host name use discovery.dns");
            Integer most = member.maxConnections();
            needs(most == null || most == 0, at + ".max-connections", most,
                    "0: the kernel does not count what is open on a member");
        }
    }

    private static boolean isAddress(String member) {
        int colon = member.strip().lastIndexOf(':');
        String host = colon < 0 ? "" : member.strip().substring(0, colon).replaceAll("[\\[\\]]", "");
        return NetUtil.createByteArrayFromIpAddressString(host) != null && host.indexOf('%') < 0
                && !host.startsWith("127.") && !host.matches("[0:]*1?");
    }
}
