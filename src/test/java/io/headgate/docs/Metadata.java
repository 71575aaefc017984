package io.headgate.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The properties under {@code headgate.} as the annotation processor has found them. */
final class Metadata {

    private Metadata() {
    }

    /** One property; a star stands for a name, {@code [*]} for an index. */
    record Property(String name, String type, @Nullable String defaultValue, String description) {

        /** Whether it has properties of its own and no value. */
        boolean isGroup() {
            return type.contains("io.headgate");
        }
    }

    static List<Property> properties() throws IOException {
        JsonNode root = JsonMapper.builder().build()
                .readTree(Files
                        .readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json")));
        List<Property> properties = new ArrayList<>();
        for (JsonNode node : root.get("properties")) {
            JsonNode fallback = node.get("defaultValue");
            properties.add(new Property(node.get("name").asString(), node.get("type").asString(),
                    fallback == null ? null : fallback.isArray() ? join(fallback) : fallback.asString(),
                    node.get("description").asString()));
        }
        properties.sort(Comparator.comparing(Property::name));
        return properties;
    }

    /** The only values of a property that has no others, by its name; empty for all others. */
    static Map<String, List<String>> values() throws IOException {
        Map<String, List<String>> values = new TreeMap<>();
        JsonMapper.builder().build()
                .readTree(Files.readString(
                        Path.of("src/main/resources/META-INF/additional-spring-configuration-metadata.json")))
                .get("hints").forEach(hint -> {
                    if (!hint.has("providers")) {
                        values.put(hint.get("name").asString(), hint.get("values").valueStream()
                                .map(value -> value.get("value").asString()).toList());
                    }
                });
        return values;
    }

    private static String join(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asString()));
        return String.join(", ", texts);
    }
}
