package io.headgate.packaging;

import io.headgate.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.Yaml;

/**
 * Moves a rendered application.yml to this machine, and changes nothing else in it: each port becomes a free
 * one, because the pod has the whole network to itself and the test has not; each member becomes a server of
 * the test's; and what is mounted lies in a folder of the test's.
 */
final class Relocation implements AutoCloseable {

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<AnyMember> members = new ArrayList<>();
    private final TlsSecret tls;
    private final String yaml;

    /**
     * @param port where it listens here
     * @param tls whether the members speak TLS
     */
    record Listener(String name, String host, int port, boolean udp, boolean tls) {}

    Relocation(Map<?, ?> configuration, Path root, TlsSecret tls) {
        this.tls = tls;
        Map<String, Object> copy = map(new Yaml().load(new Yaml().dump(configuration)));
        port(copy, "server", 8080);
        port(child(copy, "management"), "server", 9090);
        Map<String, Object> headgate = child(copy, "headgate");
        child(headgate, "listeners").forEach((name, listener) -> bind(name, map(listener),
                child(headgate, "pools")));
        child(headgate, "pools").values().forEach(pool -> members(map(pool)));
        yaml = new Yaml().dump(copy).replace("/etc/headgate-tls", root + "/etc/headgate-tls");
    }

    private void port(Map<String, Object> parent, String key, int fallback) {
        Map<String, Object> server = child(parent, key);
        int wanted = (Integer) server.getOrDefault("port", fallback);
        server.put("port", move(wanted, false));
    }

    private void bind(String name, Map<String, Object> listener, Map<String, Object> pools) {
        String bind = (String) Objects.requireNonNull(listener.get("bind"));
        int colon = bind.lastIndexOf(':');
        boolean udp = "udp".equals(listener.get("protocol"));
        int port = move(Integer.parseInt(bind.substring(colon + 1)), udp);
        listener.put("bind", bind.substring(0, colon + 1) + port);
        listeners.add(new Listener(name, bind.substring(0, colon).replaceAll("[\\[\\]]", ""), port, udp,
                isTls(map(Objects.requireNonNull(pools.get(listener.get("pool")))))));
    }

    private void members(Map<String, Object> pool) {
        AnyMember member = new AnyMember(isTls(pool) ? tls : null);
        members.add(member);
        pool.remove("discovery");
        pool.put("members", List.of(member.address()));
    }

    private static boolean isTls(Map<String, Object> pool) {
        return pool.containsKey("tls")
                || (pool.get("health") instanceof Map<?, ?> health && health.containsKey("tls"));
    }

    private int move(int port, boolean udp) {
        return ports.computeIfAbsent((udp ? "UDP/" : "TCP/") + port,
                key -> Ports.free());
    }

    /** Where a port of the pod is on this machine. */
    int port(String transport, int ofPod) {
        return Objects.requireNonNull(ports.get(transport + "/" + ofPod),
                () -> transport + "/" + ofPod + ": not a port of the configuration");
    }

    List<Listener> listeners() {
        return listeners;
    }

    String yaml() {
        return yaml;
    }

    private static Map<String, Object> child(Map<String, Object> parent, String key) {
        return map(parent.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>()));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @Override
    public void close() throws IOException {
        for (AnyMember member : members) {
            member.close();
        }
    }
}
