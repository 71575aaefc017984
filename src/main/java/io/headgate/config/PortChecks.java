package io.headgate.config;

import io.headgate.config.properties.ListenerProperties;
import io.headgate.pool.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Finds two things that want to listen at one address. What another process has taken shows only when it is
 * bound.
 */
final class PortChecks {

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

    private PortChecks() {
    }

    private record Claim(String property, Address address, boolean udp) {

        boolean collides(Address other, boolean otherUdp) {
            return udp == otherUdp && address.port() != 0 && address.port() == other.port()
                    && (address.host().equals(other.host()) || WILDCARDS.contains(address.host())
                            || WILDCARDS.contains(other.host()));
        }
    }

    static void check(Environment environment, Map<String, ListenerProperties> listeners, Faults faults) {
        List<Claim> claims = new ArrayList<>();
        claim(environment, "server", claims);
        claim(environment, "management.server", claims);
        listeners.forEach((name, listener) -> {
            Address bind = address(listener.bind());
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

    private static @Nullable Address address(@Nullable String text) {
        try {
            return text == null ? null : Address.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void claim(Environment environment, String server, List<Claim> claims) {
        Integer port = environment.getProperty(server + ".port", Integer.class);
        if (port != null && port > 0 && port <= 65535) {
            String host = environment.getProperty(server + ".address", "0.0.0.0");
            claims.add(new Claim(server + ".port", new Address(host, port), false));
        }
    }
}
