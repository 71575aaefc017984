package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.l4.PortRange;
import io.headgate.pool.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Finds two parts that want to listen at one address. An address that another process has shows only at
 * binding.
 */
final class PortChecks {

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

    private PortChecks() {
    }

    private record Claim(String property, PortRange ports, boolean udp) {

        boolean collides(PortRange other, boolean otherUdp) {
            String host = ports.first().host();
            String otherHost = other.first().host();
            return udp == otherUdp && ports.last() != 0 && ports.crosses(other)
                    && (host.equals(otherHost) || WILDCARDS.contains(host)
                            || WILDCARDS.contains(otherHost));
        }
    }

    static void check(Environment environment, Map<String, ListenerProperties> listeners, Faults faults) {
        List<Claim> claims = new ArrayList<>();
        claim(environment, "server", claims);
        claim(environment, "management.server", claims);
        listeners.forEach((name, listener) -> {
            PortRange bind = ports(listener.bind());
            boolean udp = listener.protocol().equals("udp");
            if (bind == null) {
                return; // a fault of its own
            }
            String property = "headgate.listeners." + name + ".bind";
            claims.stream().filter(claim -> claim.collides(bind, udp)).findFirst()
                    .ifPresent(claim -> faults.add(property, bind,
                            "an address of its own; " + claim.property() + " has this one",
                            "Choose another port or address."));
            claims.add(new Claim(property, bind, udp));
        });
    }

    static @Nullable PortRange ports(@Nullable String text) {
        try {
            return text == null ? null : PortRange.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void claim(Environment environment, String server, List<Claim> claims) {
        Integer port = environment.getProperty(server + ".port", Integer.class);
        if (port != null && port > 0 && port <= 65535) {
            String host = environment.getProperty(server + ".address", "0.0.0.0");
            claims.add(new Claim(server + ".port", PortRange.of(new Address(host, port)), false));
        }
    }
}
