package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.ListenerTimeoutProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.config.properties.ProxyProtocolProperties;
import io.headgate.config.properties.SniProperties;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.l4.Engine;
import io.headgate.l4.ListenerLimits;
import io.headgate.l4.ListenerProtocol;
import io.headgate.l4.ListenerProtocol.Http;
import io.headgate.l4.ListenerProtocol.Tcp;
import io.headgate.l4.ListenerProtocol.Udp;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.ListenerTimeouts;
import io.headgate.l4.PortRange;
import io.headgate.l4.ProxyProtocol;
import io.headgate.l4.SniRule;
import io.headgate.l4.SocketOptions;
import io.headgate.l4.StartTls;
import io.headgate.security.AddressRules;
import io.headgate.security.ServerTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one listener's properties and makes its spec. */
final class ListenerCompiler {

    private final String path;
    private final Set<String> pools;
    private final Duration drain;
    private final TlsMaterial material;
    private final Faults faults;

    private ListenerCompiler(String path, Set<String> pools, Duration drain, TlsMaterial material,
            Faults faults) {
        this.path = path;
        this.pools = pools;
        this.drain = drain;
        this.material = material;
        this.faults = faults;
    }

    /**
     * Null when a fault makes a spec impossible.
     *
     * @param own the listener's pool, null if it has none that exists
     * @param drain how long connections of an http listener may go on when it is gone
     */
    static @Nullable ListenerSpec compile(String name, ListenerProperties listener, Set<String> pools,
            @Nullable PoolProperties own, Duration drain, TlsMaterial material, Faults faults) {
        String path = "headgate.listeners." + name;
        if (!PoolCompiler.NAME.matcher(name).matches()) {
            faults.add(path, name, "a name of lower-case letters, digits and hyphens",
                    "Rename the listener.");
        }
        ListenerSpec spec = new ListenerCompiler(path, pools, drain, material, faults).spec(name, listener);
        Engine engine = EngineCompiler.compile(name, listener, own, faults);
        return spec == null ? null : spec.withEngine(engine);
    }

    private @Nullable ListenerSpec spec(String name, ListenerProperties listener) {
        int before = faults.found().size();
        PortRange bind = bind(listener);
        ListenerProtocol protocol = protocol(listener);
        String pool = protocol instanceof Http || (listener.pool() == null && !listener.sni().isEmpty())
                ? null
                : pool(path + ".pool", listener.pool());
        AddressRules rules = new AddressRules(AddressLists.read(path + ".allow", listener.allow(), faults),
                AddressLists.read(path + ".deny", listener.deny(), faults));
        ListenerLimits limits = limits(listener);
        ListenerTimeouts timeouts = timeouts(listener.timeouts());
        SocketOptions socket = socket(listener);
        boolean samePort = samePort(listener.memberPort());
        return bind == null || faults.found().size() > before
                ? null
                : new ListenerSpec(name, bind, pool, rules, limits, timeouts, socket, samePort, protocol);
    }

    private @Nullable PortRange bind(ListenerProperties listener) {
        if (listener.bind() == null) {
            faults.add(path + ".bind", null, "host:port or host:first-last",
                    "Say where to listen, such as 0.0.0.0:5432.");
            return null;
        }
        return faults.parse(path + ".bind", listener.bind(), PortRange::parse,
                "Write host:port or host:first-last, an IPv6 address in brackets.");
    }

    private @Nullable String pool(String property, @Nullable String pool) {
        if (pool != null && pools.contains(pool)) {
            return pool;
        }
        String names = pools.isEmpty() ? "no pool is configured" : "one of " + String.join(", ", pools);
        faults.add(property, pool, "a configured pool: " + names,
                pool == null
                        ? "Say which pool's members serve this."
                        : "Add the pool under headgate.pools, or use the name of a configured one.");
        return null;
    }

    private List<SniRule> sni(List<SniProperties> rules) {
        List<SniRule> all = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            SniProperties rule = rules.get(i);
            String at = path + ".sni[" + i + "]";
            String pool = pool(at + ".pool", rule.pool());
            List<String> names = HostNameChecks.read(at + ".names", rule.names(), true, faults);
            if (rule.names().isEmpty()) {
                faults.add(at + ".names", null, "host names, *.example.org or *",
                        "Say which names this is for.");
            } else if (pool != null) {
                all.add(new SniRule(names, rule.alpn(), pool));
            }
        }
        return all;
    }

    private ListenerLimits limits(ListenerProperties listener) {
        faults.range(path + ".max-connections", listener.mostConnections(), 0, Integer.MAX_VALUE);
        faults.range(path + ".max-connections-per-client", listener.maxConnectionsPerClient(), 0,
                Integer.MAX_VALUE);
        faults.range(path + ".rate-per-client", listener.ratePerClient(), 0, Integer.MAX_VALUE);
        return new ListenerLimits(listener.mostConnections(), listener.maxConnectionsPerClient(),
                listener.ratePerClient());
    }

    private ListenerTimeouts timeouts(ListenerTimeoutProperties timeouts) {
        if (timeouts.connect() != null) {
            faults.positive(path + ".timeouts.connect", timeouts.connect());
        }
        faults.duration(path + ".timeouts.send", timeouts.send());
        faults.duration(path + ".timeouts.idle", timeouts.idle());
        faults.duration(path + ".timeouts.half-closed", timeouts.halfClosed());
        return new ListenerTimeouts(timeouts.connect(), timeouts.send(), timeouts.idle(),
                timeouts.halfClosed());
    }

    private ProxyProtocol proxyProtocol(ProxyProtocolProperties proxy) {
        ProxyProtocol.Version send = switch (proxy.send()) {
            case null -> null;
            case "v1" -> ProxyProtocol.Version.V1;
            case "v2" -> ProxyProtocol.Version.V2;
            default -> {
                faults.add(path + ".proxy-protocol.send", proxy.send(), "v1 or v2",
                        "Write one of these values.");
                yield null;
            }
        };
        return new ProxyProtocol(AddressLists.read(path + ".proxy-protocol.accept", proxy.accept(), faults),
                send);
    }

    private boolean samePort(String value) {
        return switch (value) {
            case "own" -> false;
            case "same" -> true;
            default -> {
                faults.add(path + ".member-port", value, "own or same", "Write one of these values.");
                yield false;
            }
        };
    }

    private @Nullable StartTls startTls(ListenerProperties listener) {
        String value = listener.starttls();
        if (value == null) {
            return null;
        }
        if (!value.equals("postgres")) {
            faults.add(path + ".starttls", value, "postgres", "Write it, or remove starttls.");
        } else if (listener.protocol().equals("udp")) {
            faults.add(path + ".starttls", "udp", "no TLS on a UDP listener",
                    "Remove starttls, or use protocol: tcp.");
        } else if (listener.tls() == null && listener.sni().isEmpty()) {
            faults.add(path + ".starttls", value, "sni or tls together with it",
                    "Add one of them. Without either, the member itself answers the client.");
        }
        return StartTls.POSTGRES;
    }

    private boolean splice(String value) {
        return switch (value) {
            case "auto" -> true;
            case "off", "false" -> false; // YAML reads a bare off as false
            default -> {
                faults.add(path + ".splice", value, "auto or off", "Write one of these values.");
                yield false;
            }
        };
    }

    /** What does not go with the protocol is a fault; all of it is checked for either. */
    private ListenerProtocol protocol(ListenerProperties listener) {
        if (listener.protocol().equals(HttpListenerCompiler.HTTP)) { // the rest of it has a compiler of its
                                                                     // own
            return new Http(
                    AddressLists.read(path + ".proxy-protocol.accept", listener.proxyProtocol().accept(),
                            faults),
                    drain);
        }
        Tcp tcp = tcp(listener);
        faults.range(path + ".responses", listener.responses(), 0, Integer.MAX_VALUE);
        return switch (listener.protocol()) {
            case "tcp" -> tcp;
            case "udp" -> {
                if (!listener.sni().isEmpty()) {
                    faults.add(path + ".sni", "udp", "no SNI rules on a UDP listener",
                            "Remove sni, or use protocol: tcp.");
                }
                if (listener.tls() != null) {
                    faults.add(path + ".tls", "udp", "no TLS on a UDP listener",
                            "Remove tls, or use protocol: tcp.");
                }
                ProxyProtocolProperties headers = listener.proxyProtocol();
                if (!headers.accept().isEmpty() || headers.send() != null) {
                    faults.add(path + ".proxy-protocol", "udp", "no PROXY headers on a UDP listener",
                            "Remove proxy-protocol, or use protocol: tcp.");
                }
                yield new Udp(listener.responses(), Udp.DEFAULT.idle());
            }
            default -> {
                faults.add(path + ".protocol", listener.protocol(), "tcp, udp or http",
                        listener.protocol().equals("https")
                                ? "Write protocol: http, and tls: { bundle: NAME } beside it."
                                : "Write one of these values.");
                yield tcp;
            }
        };
    }

    private Tcp tcp(ListenerProperties listener) {
        faults.positive(path + ".preface-timeout", listener.prefaceTimeout());
        ServerTls tls = listener.tls() == null
                ? null
                : ListenerTlsCompiler.compile(path + ".tls", listener.tls(), material, faults);
        return new Tcp(sni(listener.sni()), startTls(listener), tls, proxyProtocol(listener.proxyProtocol()),
                listener.prefaceTimeout());
    }

    private SocketOptions socket(ListenerProperties listener) {
        faults.range(path + ".backlog", listener.backlog(), 1, 65535);
        return new SocketOptions(listener.backlog(), listener.keepAlive(), listener.noDelay(),
                listener.reusePort(), splice(listener.splice()));
    }
}
