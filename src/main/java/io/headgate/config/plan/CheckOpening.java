package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.HealthProperties;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.health.Opening;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a pool's checks open their connections: as the listeners that lead to it do. A member that expects a
 * PROXY header treats a check without one as a broken client, and a member that expects none does not
 * understand one.
 */
final class CheckOpening {

    private static final String NONE = "none";

    private CheckOpening() {
    }

    /**
     * Finds it.
     *
     * @param speaks whether the check sends anything; otherwise the member never sees its connection
     */
    static Opening of(String pool, HealthProperties health, boolean speaks,
            Map<String, ListenerProperties> listeners, Faults faults) {
        String property = "headgate.pools." + pool + ".health.proxy-protocol";
        String own = health.proxyProtocol();
        if (own != null) {
            return named(own, property, faults);
        }
        Map<String, String> sent = sent(pool, listeners);
        if (!speaks || health.port() != null || sent.isEmpty()) {
            return Opening.PLAIN;
        }
        if (sent.values().stream().distinct().count() > 1) {
            String differ = sent.entrySet().stream().map(e -> e.getKey() + " sends " + e.getValue())
                    .collect(Collectors.joining(", "));
            faults.add(property, null, "v1, v2 or none, because the listeners of the pool differ: " + differ,
                    "Say what checks send, or give the listeners the same proxy-protocol.send.");
            return Opening.PLAIN;
        }
        return version(sent.values().iterator().next());
    }

    private static Opening named(String own, String property, Faults faults) {
        if (!own.equals(NONE) && version(own) == Opening.PLAIN) {
            faults.add(property, own, "v1, v2 or none", "Write one of these values.");
        }
        return version(own);
    }

    private static Opening version(String text) {
        return switch (text) {
            case "v1" -> Opening.PROXY_V1;
            case "v2" -> Opening.PROXY_V2;
            default -> Opening.PLAIN;
        };
    }

    /** What each TCP listener that leads to the pool sends. */
    private static Map<String, String> sent(String pool, Map<String, ListenerProperties> listeners) {
        Map<String, String> sent = new TreeMap<>();
        listeners.forEach((name, listener) -> {
            boolean leads = pool.equals(listener.pool())
                    || listener.sni().stream().anyMatch(rule -> pool.equals(rule.pool()));
            if (leads && listener.protocol().equals("tcp")) {
                String send = listener.proxyProtocol().send();
                sent.put(name, send == null ? NONE : send);
            }
        });
        return sent;
    }
}
