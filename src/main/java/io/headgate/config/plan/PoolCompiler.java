package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.AdaptiveConcurrencyProperties;
import io.headgate.config.properties.MemberProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.config.properties.QueueProperties;
import io.headgate.config.properties.RetryBudgetProperties;
import io.headgate.config.properties.TimeoutProperties;
import io.headgate.config.properties.ZoneProperties;
import io.headgate.config.source.Nearest;
import io.headgate.config.source.OtherWords;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.pool.AdaptiveSpec;
import io.headgate.pool.Address;
import io.headgate.pool.Algorithm;
import io.headgate.pool.Balancing;
import io.headgate.pool.HashOn;
import io.headgate.pool.Lifecycle;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.RetryBudget;
import io.headgate.pool.RoundRobin;
import io.headgate.pool.StickyKeys;
import io.headgate.pool.Timeouts;
import io.headgate.pool.ZonePreference;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks one pool's properties and makes its spec. */
final class PoolCompiler {

    static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    /** Enough for any burst that clients would wait for; each entry takes a few hundred bytes. */
    private static final int LONGEST_QUEUE = 100_000;

    /** A last part that is a number makes it an address, by RFC 3696 and for every resolver. */
    private static final Pattern NUMBERS = Pattern.compile("(?:.*\\.)?\\d+\\.?");

    private PoolCompiler() {
    }

    static PoolSpec compile(String name, PoolProperties pool, TlsMaterial tls, StickyKeys keys,
            @Nullable String zone, Timeouts usual, Faults faults) {
        String path = "headgate.pools." + name;
        if (!NAME.matcher(name).matches()) {
            faults.add(path, name, "a name of lower-case letters, digits and hyphens", "Rename the pool.");
        }
        faults.range(path + ".max-connections", pool.maxConnections(), 0, Integer.MAX_VALUE);
        faults.range(path + ".panic-threshold", pool.panicThreshold(), 0, 100);
        faults.duration(path + ".slow-start", pool.slowStart());
        faults.duration(path + ".drain-timeout", pool.drainTimeout());
        List<MemberSpec> members = members(path, pool, faults);
        if (pool.members().isEmpty() && pool.discovery() == null) {
            faults.warn(path + ".members", "[]", "members, or discovery",
                    "Requests to the pool are refused with no-member until it has some.");
        }
        Balancing balancing = new Balancing(algorithm(path, pool, faults), hashOn(path, pool, faults),
                zones(path + ".zones", pool.zones(), zone, faults), pool.panicThreshold());
        Lifecycle lifecycle = new Lifecycle(!pool.health().check().equals("none"), pool.slowStart(),
                pool.drainTimeout(), closesOnDown(path, pool, faults));
        return new PoolSpec(name, members, balancing, queue(path + ".queue", pool.queue(), faults), lifecycle,
                timeouts(path + ".timeouts", pool.timeouts(), usual, faults), protocol(path, pool, faults),
                tls.member(path + ".tls", pool.tls(), faults),
                retryBudget(path + ".retry-budget", pool.retryBudget(), faults),
                StickyCompiler.compile(name, pool, keys, faults),
                adaptive(path + ".adaptive-concurrency", pool.adaptiveConcurrency(), faults));
    }

    private static @Nullable AdaptiveSpec adaptive(String path, AdaptiveConcurrencyProperties adaptive,
            Faults faults) {
        faults.duration(path + ".target", adaptive.target());
        faults.range(path + ".min", adaptive.min(), 1, Integer.MAX_VALUE);
        faults.range(path + ".max", adaptive.max(), Math.max(1, adaptive.min()), Integer.MAX_VALUE);
        return adaptive.target().isPositive()
                ? new AdaptiveSpec(adaptive.target(), adaptive.min(), adaptive.max())
                : null;
    }

    private static MemberProtocol protocol(String path, PoolProperties pool, Faults faults) {
        String name = pool.protocol();
        MemberProtocol protocol = MemberProtocol.named(name).orElse(null);
        boolean secure = pool.tls() != null && pool.tls().enabled();
        if (protocol == null) {
            faults.add(path + ".protocol", name, "one of " + String.join(", ", MemberProtocol.names()),
                    Nearest.to(name, MemberProtocol.names()).map(near -> "Did you mean " + near + "?")
                            .orElse("Use one of these names."));
        } else if (protocol == MemberProtocol.H2 && !secure) {
            faults.add(path + ".protocol", name, "h2c, because the pool has no tls",
                    "Write h2c, or set " + path + ".tls.");
        } else if (protocol == MemberProtocol.AUTO && !secure) {
            faults.add(path + ".protocol", name,
                    "http1 or h2c, because without tls the members cannot be asked what they speak",
                    "Write h2c for HTTP/2, or set " + path + ".tls.");
        } else if (protocol == MemberProtocol.H2C && secure) {
            faults.add(path + ".protocol", name, "h2, because the pool has tls",
                    "Write h2, or leave " + path + ".tls out.");
        }
        return protocol == null ? MemberProtocol.HTTP1 : protocol;
    }

    private static @Nullable ZonePreference zones(String path, ZoneProperties zones, @Nullable String zone,
            Faults faults) {
        faults.range(path + ".threshold", zones.threshold(), 1, 100);
        if (!zones.prefer()) {
            return null;
        }
        if (zone == null || zone.isBlank()) {
            faults.add("headgate.zone", zone, "the gateway's own zone, because " + path + ".prefer is true",
                    "Set it, or the variable HEADGATE_ZONE.");
            return null;
        }
        return new ZonePreference(zone, zones.threshold());
    }

    private static QueueSpec queue(String path, QueueProperties queue, Faults faults) {
        faults.range(path + ".size", queue.size(), 0, LONGEST_QUEUE);
        faults.positive(path + ".timeout", queue.timeout());
        return new QueueSpec(queue.size(), queue.timeout());
    }

    private static RetryBudget retryBudget(String path, RetryBudgetProperties budget, Faults faults) {
        faults.range(path + ".percent", budget.percent(), 0, 100);
        faults.range(path + ".min", budget.min(), 0, Integer.MAX_VALUE);
        return new RetryBudget(budget.percent(), budget.min());
    }

    private static boolean closesOnDown(String path, PoolProperties pool, Faults faults) {
        boolean closes = pool.onDown().equals("close");
        if (!closes && !pool.onDown().equals("keep")) {
            faults.add(path + ".on-down", pool.onDown(), "keep or close", "Write one of these values.");
        }
        return closes;
    }

    private static HashOn hashOn(String path, PoolProperties pool, Faults faults) {
        if (!pool.hashOn().equals("source") && !pool.balance().equals("consistent-hash")) {
            faults.warn(path + ".hash-on", pool.hashOn(), "balance: consistent-hash beside it",
                    "Nothing else balances on it: write that, or remove hash-on.");
        }
        HashOn on = faults.parse(path + ".hash-on", pool.hashOn(), HashOn::parse,
                "Write one of these; consistent-hash balances on it.");
        return on == null ? HashOn.SOURCE : on;
    }

    private static Algorithm algorithm(String path, PoolProperties pool, Faults faults) {
        String name = pool.balance();
        int factor = pool.hashBalanceFactor();
        Algorithm.Settings settings = new Algorithm.Settings(factor);
        if (factor != 0 && factor <= 100) {
            faults.add(path + ".hash-balance-factor", factor, "0, or more than 100 percent",
                    "Write 125 to let a member have a quarter more than the mean.");
            settings = Algorithm.Settings.DEFAULT;
        }
        Optional<Algorithm> algorithm = Algorithm.named(name, settings);
        if (algorithm.isEmpty()) {
            faults.add(path + ".balance", name, "one of " + String.join(", ", Algorithm.names()),
                    OtherWords.of(name, Algorithm.names()).or(() -> Nearest.to(name, Algorithm.names()))
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("Use one of these names."));
        }
        return algorithm.orElseGet(RoundRobin::new);
    }

    private static List<MemberSpec> members(String path, PoolProperties pool, Faults faults) {
        List<MemberSpec> specs = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < pool.members().size(); i++) {
            String member = path + ".members[" + i + "]";
            MemberSpec spec = member(member, pool.members().get(i), pool.maxConnections(), faults);
            if (spec != null && !ids.add(spec.id())) {
                faults.add(member + ".id", spec.id(), "an id that no other member of the pool has",
                        "Give each member an id of its own, or remove the second one.");
            } else if (spec != null) {
                specs.add(spec);
            }
        }
        return specs;
    }

    private static @Nullable MemberSpec member(String path, MemberProperties member, int maxConnections,
            Faults faults) {
        faults.range(path + ".weight", member.weight(), 0, MemberSpec.MAX_WEIGHT);
        Integer own = member.maxConnections();
        if (own != null) {
            faults.range(path + ".max-connections", own, 0, Integer.MAX_VALUE);
        }
        if (member.address() == null) {
            faults.add(path + ".address", null, "host:port or unix:/path", "Say where the member listens.");
            return null;
        }
        Address address = faults.parse(path + ".address", member.address(), PoolCompiler::listening,
                "Write host:port, an IPv6 address in brackets, or unix:/path.");
        if (address == null) {
            return null;
        }
        String id = member.id() != null ? member.id() : name(address);
        if (id.isBlank()) {
            faults.add(path + ".id", id, "an id that is not empty",
                    "Give the member an id, or remove the property; its address is its id then.");
            return null;
        }
        return new MemberSpec(id, address, member.weight(), own != null ? own : maxConnections,
                member.backup(),
                member.zone());
    }

    /** A slash cannot be part of another path, such as that of a management call. */
    private static String name(Address address) {
        String path = address.path();
        return path == null ? address.toString() : path.substring(path.lastIndexOf('/') + 1);
    }

    private static Address listening(String text) {
        Address address = Address.parseMember(text);
        if (address.path() == null && address.port() == 0) {
            throw new IllegalArgumentException(text + " (expected: a port from 1 to 65535)");
        }
        if (NUMBERS.matcher(address.host()).matches() && !NetUtil.isValidIpV4Address(address.host())) {
            throw new IllegalArgumentException(text + " (expected: an IPv4 address of four numbers from 0 to"
                    + " 255, or a name: no name ends with a number)");
        }
        return address;
    }

    private static Timeouts timeouts(String path, TimeoutProperties own, Timeouts usual, Faults faults) {
        Duration connect = Objects.requireNonNullElse(own.connect(), usual.connect());
        Duration response = Objects.requireNonNullElse(own.response(), usual.response());
        faults.positive(path + ".connect", connect);
        faults.duration(path + ".send", own.send());
        faults.duration(path + ".response", response);
        faults.duration(path + ".idle", own.idle());
        return new Timeouts(connect, own.send(), response, own.idle());
    }
}
