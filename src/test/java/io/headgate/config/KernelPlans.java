package io.headgate.config;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Configurations of listeners for the kernel: what people may write, and what nobody should. */
final class KernelPlans {

    private static final List<String> HOSTS = List.of("0.0.0.0", "[::]", "10.9.8.7", "[2001:db8::7]",
            "255.255.255.255", "[::ffff:10.0.0.1]");
    private static final List<String> MEMBERS = List.of("10.0.0.%d", "[2001:db8::%x]", "10.0.0.1",
            "[fd00::%d]", "0.0.0.0", "255.255.255.255", "224.0.0.%d", "[ff02::%d]", "[fe80::%d]",
            "[::ffff:10.1.1.%d]", "[::]");
    private static final List<String> NETWORKS = List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3",
            "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8:1::/48", "fd00::/8", "128.0.0.0/1", "0.0.0.0/1",
            "255.255.255.255", "ffff::/16", "::ffff:10.0.0.0/104", "192.168.%d.0/24");
    private static final Map<String, List<String>> SETTINGS = Map.of(
            "protocol", List.of("tcp", "udp"), "source", List.of("gateway", "client"),
            "persistence-timeout", List.of("0s", "1ms", "30m", "24d", "365d"),
            "member-port", List.of("own", "same"), "max-connections", List.of("0"),
            "timeouts.idle", List.of("0s", "1ms", "1h", "24d", "400d"),
            "timeouts.half-closed", List.of("0s", "1ms", "20s", "24d"));
    private static final Map<String, List<String>> POOL = Map.of(
            "balance", List.of("round-robin", "random", "source-hash", "consistent-hash"),
            "slow-start", List.of("0s", "30s"), "on-down", List.of("keep", "close"),
            "panic-threshold", List.of("0", "50"), "health.check", List.of("tcp", "none"),
            "timeouts.idle", List.of("0s", "5m"));

    private final Random random;

    KernelPlans(long seed) {
        random = new Random(seed);
    }

    /** The next one, as properties. */
    String next() {
        StringBuilder yaml = new StringBuilder();
        int listeners = 1 + random.nextInt(3);
        for (int i = 0; i < listeners; i++) {
            String at = "headgate.listeners." + (random.nextInt(9) == 0 ? "l".repeat(127) + i : "l" + i)
                    + ".";
            int port = 1000 + 2000 * i + random.nextInt(1000);
            line(yaml, at + "bind", one(HOSTS) + ":" + port
                    + (random.nextInt(4) == 0 ? "-" + (port + random.nextInt(1000)) : ""));
            line(yaml, at + "pool", "p" + random.nextInt(2));
            line(yaml, at + "engine", random.nextInt(4) == 0 ? "auto" : "kernel");
            some(yaml, at, SETTINGS);
            networks(yaml, at + "allow");
            networks(yaml, at + "deny");
        }
        for (int i = 0; i < 2; i++) {
            String at = "headgate.pools.p" + i + ".";
            some(yaml, at, POOL);
            int members = random.nextInt(5) == 0 ? 300 : random.nextInt(6);
            for (int m = 0; m < members; m++) {
                String member = at + "members[" + m + "].";
                int usual = random.nextInt(8) > 0 ? random.nextInt(2) : random.nextInt(MEMBERS.size());
                line(yaml, member + "address", MEMBERS.get(usual).formatted(1 + random.nextInt(254)) + ":"
                        + (1 + random.nextInt(65_535)));
                if (random.nextInt(3) == 0) {
                    line(yaml, member + "weight", one(List.of("0", "1", "7", "256", "1000", "65535")));
                }
                if (random.nextInt(6) == 0) {
                    line(yaml, member + "backup", "true");
                }
            }
            if (members == 0) {
                line(yaml, at + "members", "[]");
            }
        }
        return yaml.toString();
    }

    private static void line(StringBuilder yaml, String property, String value) {
        yaml.append('"').append(property).append("\": ")
                .append(value.equals("[]") ? value : '"' + value + '"').append('\n');
    }

    private void some(StringBuilder yaml, String at, Map<String, List<String>> settings) {
        settings.keySet().stream().sorted().filter(name -> random.nextInt(3) == 0)
                .forEach(name -> line(yaml, at + name, one(settings.getOrDefault(name, List.of()))));
    }

    private void networks(StringBuilder yaml, String property) {
        int count = random.nextInt(3) == 0 ? random.nextInt(6) : 0;
        IntStream.range(0, count).forEach(i -> line(yaml, property + "[" + i + "]",
                one(NETWORKS).formatted(random.nextInt(256))));
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
