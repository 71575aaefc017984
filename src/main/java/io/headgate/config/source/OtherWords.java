package io.headgate.config.source;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names that other proxies have for a property, and that are too different to be a slip of the pen. */
public final class OtherWords {

    private static final Map<String, String> OURS = Map.ofEntries(Map.entry("backends", "pools"),
            Map.entry("upstreams", "pools"), Map.entry("upstream", "pool"), Map.entry("backend", "pool"),
            Map.entry("servers", "members"), Map.entry("targets", "members"), Map.entry("hosts", "members"),
            Map.entry("listen", "bind"), Map.entry("port", "bind"), Map.entry("health-check", "health"),
            Map.entry("healthcheck", "health"), Map.entry("check", "health"), Map.entry("max-conn",
                    "max-connections"),
            Map.entry("maxconn", "max-connections"), Map.entry("read", "response"), Map.entry("server",
                    "response"),
            Map.entry("username", "user"), Map.entry("lb", "balance"), Map.entry("algorithm", "balance"),
            Map.entry("policy", "balance"), Map.entry("leastconn", "least-connections"), Map.entry(
                    "least-conn", "least-connections"),
            Map.entry("least-request", "least-connections"), Map.entry("roundrobin", "round-robin"), Map
                    .entry("wrr", "round-robin"),
            Map.entry("ip-hash", "source-hash"), Map.entry("source", "source-hash"), Map.entry("ring-hash",
                    "consistent-hash"),
            Map.entry("maglev", "consistent-hash"), Map.entry("certificate", "bundle"), Map.entry("url",
                    "uri"));

    private OtherWords() {
    }

    /** Ours for it, if that is among the known ones. */
    public static Optional<String> of(String other, Collection<String> known) {
        return Optional.ofNullable(OURS.get(other.toLowerCase(Locale.ROOT).replace('_', '-')))
                .filter(known::contains);
    }
}
