package io.headgate.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    private static String join(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asString()));
        return String.join(", ", texts);
    }
}
