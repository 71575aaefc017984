package io.headgate.l4;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pool for a ClientHello: the exact name first, then the longest wildcard, then {@code *}. Among
 * rules for the same name the first one counts that the offered protocols satisfy. The cost grows with the
 * name's labels, not with the rules.
 */
final class SniTable {

    static final String ANY = "*";

    private final Map<String, List<SniRule>> byName = new HashMap<>();

    SniTable(List<SniRule> rules) {
        for (SniRule rule : rules) {
            for (String name : rule.names()) {
                byName.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(rule);
            }
        }
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    @Nullable
    String pool(ClientHello.Hello hello) {
        String name = hello.serverName();
        String pool = name == null ? null : match(name, hello);
        for (int dot = 0; name != null && pool == null && (dot = name.indexOf('.', dot)) >= 0; dot++) {
            pool = match(ANY + name.substring(dot), hello);
        }
        return pool != null ? pool : match(ANY, hello);
    }

    private @Nullable String match(String name, ClientHello.Hello hello) {
        for (SniRule rule : byName.getOrDefault(name, List.of())) {
            if (rule.alpn().isEmpty() || rule.alpn().stream().anyMatch(hello.protocols()::contains)) {
                return rule.pool();
            }
        }
        return null;
    }
}
