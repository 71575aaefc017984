package io.headgate.admin.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the body of a write may contain. Actuator itself ignores unknown keys.
 *
 * @param path with the endpoint's id first
 * @param keys what is allowed of each key
 * @param required whether there must be a body
 */
record Command(Pattern path, Map<String, Kind> keys, boolean required) {

    /** The endpoints that take them. */
    static final List<String> ENDPOINTS = List.of("pools", "listeners", "reload", "cache");

    private static final List<Command> ALL = List.of(
            new Command(Pattern.compile("/pools/[^/]+/members/[^/]+/connections"),
                    new TreeMap<>(Map.of("close", Kind.TEXT, "reason", Kind.TEXT)), true),
            new Command(Pattern.compile("/pools/[^/]+(/members/.+)?", Pattern.DOTALL),
                    new TreeMap<>(Map.of("state", Kind.TEXT, "weight", Kind.NUMBER, "reason", Kind.TEXT,
                            "ttl", Kind.TEXT)),
                    true),
            new Command(Pattern.compile("/listeners/[^/]+"),
                    new TreeMap<>(Map.of("state", Kind.TEXT, "reason", Kind.TEXT)), true),
            new Command(Pattern.compile("/listeners/[^/]+/connections"),
                    new TreeMap<>(Map.of("close", Kind.NUMBER, "member", Kind.TEXT, "client", Kind.TEXT,
                            "reason", Kind.TEXT)),
                    true),
            new Command(Pattern.compile("/cache"),
                    new TreeMap<>(Map.of("url", Kind.TEXT, "prefix", Kind.TEXT, "tag", Kind.TEXT, "all",
                            Kind.TEXT, "reason", Kind.TEXT)),
                    true),
            new Command(Pattern.compile("/reload"), Map.of("reason", Kind.TEXT), false));

    /** The type of a value. */
    enum Kind {
        TEXT("a string"),
        NUMBER("a whole number, or a string");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        private boolean takes(JsonNode value) {
            return value.isString() || (this == NUMBER && value.isIntegralNumber());
        }
    }

    static Optional<Command> at(String path) {
        return ALL.stream().filter(command -> command.path.matcher(path).matches()).findFirst();
    }

    /** What is wrong with a body, null when nothing is. */
    @Nullable
    String fault(JsonNode body) {
        if (!body.isObject()) {
            return "body: " + (body.isMissingNode() ? "empty" : body.getNodeType()) + " (expected: " + form()
                    + ")";
        }
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            Kind kind = keys.get(entry.getKey());
            if (kind == null) {
                return entry.getKey() + ": unknown key (expected: " + form() + ")";
            }
            if (!kind.takes(entry.getValue())) {
                return entry.getKey() + ": " + entry.getValue() + " (expected: " + kind.words + ")";
            }
        }
        return null;
    }

    private String form() {
        return "a JSON object with any of " + String.join(", ", keys.keySet());
    }
}
