package io.headgate.config;

import io.headgate.config.properties.ClientProperties;
import io.headgate.config.properties.HeadgateProperties;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.pool.PoolSpec;
import io.headgate.security.AddressSet;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.ConfigurableEnvironment;

/** Makes a plan of what an environment says, or throws with every fault that it has. */
final class PlanCompiler {

    private PlanCompiler() {
    }

    /**
     * Compiles the whole.
     *
     * @throws InvalidConfigurationException with all faults
     */
    static Plan compile(ConfigurableEnvironment environment) {
        Faults faults = new Faults(new Origins(environment)::of);
        HeadgateProperties properties = new PropertiesReader(environment).read(faults);
        List<PoolSpec> pools = new ArrayList<>();
        properties.pools().forEach((name, pool) -> pools.add(PoolCompiler.compile(name, pool, faults)));
        Forwarding forwarding = new Forwarding(
                AddressLists.read("headgate.forwarded.trusted", properties.forwarded().trusted(), faults));
        ClientLimits limits = clientLimits(properties.client(), faults);
        faults.duration("headgate.shutdown.delay", properties.shutdown().delay());
        faults.duration("headgate.shutdown.drain-timeout", properties.shutdown().drainTimeout());
        faults.duration("headgate.readiness.timeout", properties.readiness().timeout());
        RouteChecks.check(environment, properties.pools().keySet(), faults);
        if (!faults.found().isEmpty()) {
            throw new InvalidConfigurationException(faults.found());
        }
        return new Plan(properties, List.copyOf(pools), limits, forwarding);
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
                client.maxBodySize().toBytes(), client.maxConnections(), client.maxConnectionsPerClient());
    }

    /** Networks in a list, each fault with its index. */
    static final class AddressLists {

        private AddressLists() {
        }

        static AddressSet read(String property, List<String> networks, Faults faults) {
            List<String> good = new ArrayList<>();
            for (int i = 0; i < networks.size(); i++) {
                String network = networks.get(i);
                if (faults.parse(property + "[" + i + "]", network, n -> AddressSet.of(List.of(n)),
                        "Write a network such as 10.0.0.0/8 or an address.") != null) {
                    good.add(network);
                }
            }
            return AddressSet.of(good);
        }
    }
}
