package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.DiscoveryProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.discovery.DiscoverySpec;
import io.headgate.discovery.Pace;
import io.headgate.discovery.SourceSpec;
import io.headgate.pool.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks where one pool's members are found and makes its spec. */
final class DiscoveryCompiler {

    private DiscoveryCompiler() {
    }

    /** Null if members are only listed, or if a fault makes a spec impossible. */
    static @Nullable DiscoverySpec compile(String pool, PoolProperties properties, Faults faults) {
        DiscoveryProperties discovery = properties.discovery();
        if (discovery == null) {
            return null;
        }
        String path = "headgate.pools." + pool + ".discovery";
        List<SourceSpec> sources = new ArrayList<>();
        add(sources, path + ".dns", discovery.dns(), text -> new SourceSpec.Dns(Address.parse(text)), faults);
        add(sources, path + ".srv", discovery.srv(), DiscoveryCompiler::records, faults);
        add(sources, path + ".service", discovery.service(), SourceSpec.Service::new, faults);
        faults.positive(path + ".least", discovery.least());
        faults.positive(path + ".most", discovery.most());
        if (discovery.most().compareTo(discovery.least()) < 0) {
            faults.add(path + ".most", discovery.most(), "at least " + discovery.least(),
                    "Set it above least.");
            return null;
        }
        return discovery.least().isPositive()
                ? new DiscoverySpec(sources, new Pace(discovery.least(), discovery.most()),
                        properties.maxConnections())
                : null;
    }

    private static SourceSpec records(String name) {
        if (name.contains(":") || name.contains("/")) {
            throw new IllegalArgumentException(
                    name + " (expected: a name such as _http._tcp.orders.example.org,"
                            + " whose records have the ports)");
        }
        return new SourceSpec.Srv(name);
    }

    private static void add(List<SourceSpec> sources, String property, @Nullable String value,
            Function<String, SourceSpec> reader, Faults faults) {
        if (value != null) {
            SourceSpec source = faults.parse(property, value, reader,
                    "Write the value in the expected form.");
            if (source != null) {
                sources.add(source);
            }
        }
    }
}
