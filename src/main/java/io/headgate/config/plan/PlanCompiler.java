package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.properties.ClientProperties;
import io.headgate.config.properties.HeadgateProperties;
import io.headgate.config.source.Origins;
import io.headgate.config.source.Profiles;
import io.headgate.config.source.PropertiesReader;
import io.headgate.config.tls.KeyStores;
import io.headgate.l4.ListenerProtocol;
import io.headgate.l4.ListenerSpec;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.HeaderNames;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.port.HttpListenerSpec;
import io.headgate.net.Transport;
import io.headgate.observe.access.AccessLogSpec;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.StickyKeys;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.ConfigurableEnvironment;

/** Makes a plan of what an environment says, or throws with every fault that it has. */
public final class PlanCompiler {

    private static final Logger LOG = LoggerFactory.getLogger(PlanCompiler.class);

    private PlanCompiler() {
    }

    /**
     * Compiles the whole.
     *
     * @throws InvalidConfigurationException with all faults
     */
    public static Plan compile(ConfigurableEnvironment environment, Materials materials) {
        Faults faults = new Faults(new Origins(environment)::of);
        HeadgateProperties properties = new PropertiesReader(environment).read(faults);
        StickyKeys keys = StickyKeyCompiler.compile(properties.sticky(), materials.ownKeys(), faults);
        Timeouts usual = GatewayDefaults.timeouts(environment);
        Map<String, PoolPlan> pools = new LinkedHashMap<>();
        properties.pools().forEach((name, pool) -> {
            PoolSpec spec = PoolCompiler.compile(name, pool, materials.tls(), keys, properties.zone(),
                    usual, faults);
            pools.put(name, new PoolPlan(spec,
                    HealthCompiler.compile(name, pool.health(), spec.tls(), materials.tls(),
                            properties.listeners(), faults),
                    OutlierCompiler.compile(name, pool, materials.breakers(), faults),
                    DiscoveryCompiler.compile(name, pool, faults)));
        });
        Map<String, ListenerSpec> listeners = new LinkedHashMap<>();
        Map<String, HttpListenerSpec> http = new LinkedHashMap<>();
        properties.listeners().forEach((name, listener) -> {
            ListenerSpec spec = ListenerCompiler.compile(name, listener, properties.pools().keySet(),
                    listener.pool() == null ? null : properties.pools().get(listener.pool()),
                    properties.shutdown().drainTimeout(), materials.tls(), faults);
            if (spec != null) {
                listeners.put(name, spec);
            }
            HttpListenerSpec requests = HttpListenerCompiler.compile(name, properties.listeners(),
                    properties.client(),
                    spec != null && spec.protocol() instanceof ListenerProtocol.Http h
                            ? h.proxies()
                            : AddressSet.EMPTY,
                    materials.tls(), faults);
            if (requests != null) {
                http.put(name, requests);
            }
        });
        AcmeChecks.check(properties.acme(), materials.tls(), environment, faults);
        KernelChecks.check(properties.kernel(), faults);
        CacheChecks.check(properties.cache().disk(), faults);
        OverloadChecks.check(properties.overload(), faults);
        PortChecks.check(environment, properties.listeners(), faults);
        ManagementChecks.check(environment, properties.management(), faults);
        UnreadKeys.check(environment, faults);
        Profiles.check(environment, faults);
        for (String server : List.of("server.ssl", "management.server.ssl")) {
            KeyStores.check(server, environment, faults);
            String bundle = environment.getProperty(server + ".bundle");
            if (bundle != null && environment.getProperty(server + ".enabled", Boolean.class, true)) {
                materials.tls().server(server + ".bundle", bundle, faults);
            }
        }
        UnkeptKeys.check(environment, faults);
        ClientLimits limits = clientLimits(properties.client(), faults);
        faults.duration("headgate.shutdown.delay", properties.shutdown().delay());
        faults.duration("headgate.shutdown.drain-timeout", properties.shutdown().drainTimeout());
        faults.range("headgate.tunnels.max", properties.tunnels().max(), 0, Integer.MAX_VALUE);
        faults.duration("headgate.tunnels.idle-timeout", properties.tunnels().idleTimeout());
        faults.duration("headgate.readiness.timeout", properties.readiness().timeout());
        faults.positive("headgate.reload.interval", properties.reload().interval());
        Set<String> sockets = DomainSockets.check(properties.pools(), properties.listeners(),
                Transport.best(),
                faults);
        RouteChecks.check(environment, properties.pools(), sockets, faults);
        Set<String> identity = materials.routes().check(environment, faults);
        Forwarding forwarding = GatewayDefaults.forwarding(environment,
                AddressLists.read("headgate.forwarded.trusted", properties.forwarded().trusted(), faults),
                faults).withRequestId(properties.forwarded().requestId())
                .withIdentity(HeaderNames.NONE.with(identity));
        AccessLogSpec accessLog = AccessLogCompiler.compile(properties.accessLog(),
                properties.pools().keySet(), faults);
        ErrorPages errorPages = ErrorPageCompiler.compile(properties.errorPages(), faults);
        if (!faults.found().isEmpty()) {
            throw new InvalidConfigurationException(faults.found());
        }
        faults.warnings().forEach(warning -> LOG.warn("{} {}", warning, warning.action()));
        return new Plan(properties, pools, listeners, http, limits, forwarding, keys, accessLog,
                errorPages, faults.warnings());
    }

    private static ClientLimits clientLimits(ClientProperties client, Faults faults) {
        faults.duration("headgate.client.header-timeout", client.headerTimeout());
        faults.duration("headgate.client.body-timeout", client.bodyTimeout());
        faults.duration("headgate.client.idle-timeout", client.idleTimeout());
        faults.range("headgate.client.max-body-size", client.maxBodySize().toBytes(), 0, Long.MAX_VALUE);
        faults.range("headgate.client.max-connections", client.maxConnections(), 0, Integer.MAX_VALUE);
        faults.range("headgate.client.max-connections-per-client", client.maxConnectionsPerClient(), 0,
                Integer.MAX_VALUE);
        return new ClientLimits(client.headerTimeout(), client.bodyTimeout(), client.idleTimeout(),
                client.maxBodySize().toBytes(), client.maxConnections(), client.maxConnectionsPerClient(),
                AddressLists.read("headgate.client.proxy-protocol.accept", client.proxyProtocol().accept(),
                        faults),
                StrictnessCompiler.compile("headgate.client", client.relaxed(), client.reportOnly(), faults));
    }
}
