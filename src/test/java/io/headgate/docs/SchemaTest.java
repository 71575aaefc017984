package io.headgate.docs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** docs/headgate.schema.json: the JSON schema of {@code headgate.*}, for editors. */
class SchemaTest {

    private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** A place in the tree of properties. */
    private static final class Node {

        final Map<String, Node> children = new TreeMap<>();
        Metadata.@Nullable Property property;

        Node child(String name) {
            return children.computeIfAbsent(name, key -> new Node());
        }
    }

    @Test
    void theSchemaDescribesEveryProperty() throws IOException {
        Node root = new Node();
        for (Metadata.Property property : Metadata.properties()) {
            Node node = root;
            for (String part : property.name().replace("[*]", ".[*]").split("\\.", -1)) {
                node = node.child(part);
            }
            node.property = property;
        }
        ObjectNode schema = json.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Headgate");
        ObjectNode headgate = schema.put("type", "object").putObject("properties").putObject("headgate");
        render(root.child("headgate"), headgate);
        Document.assertCurrent(Path.of("docs/headgate.schema.json"), json.writeValueAsString(schema) + "\n");
    }

    private static void render(Node node, ObjectNode schema) {
        if (node.property != null) {
            schema.put("description", node.property.description());
            if (node.property.defaultValue() != null) {
                schema.put("default", node.property.defaultValue());
            }
        }
        if (node.children.isEmpty()) {
            leaf(node, schema);
        } else if (node.children.containsKey("*")) {
            schema.put("type", "object");
            schema.putObject("propertyNames").put("pattern", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$");
            render(node.child("*"), schema.putObject("additionalProperties"));
        } else if (node.children.containsKey("[*]")) {
            ObjectNode items = schema.put("type", "array").putObject("items");
            items.putArray("oneOf").addObject().put("type", "string").put("description", "host:port");
            render(node.child("[*]"), items.withArray("oneOf").addObject());
        } else {
            schema.put("type", "object").put("additionalProperties", false);
            ObjectNode properties = schema.putObject("properties");
            node.children.forEach((name, child) -> render(child, properties.putObject(name)));
        }
    }

    private static void leaf(Node node, ObjectNode schema) {
        String type = node.property == null ? "" : node.property.type();
        if (type.endsWith("Integer")) {
            schema.put("type", "integer");
        } else if (type.endsWith("Boolean")) {
            schema.put("type", "boolean");
        } else if (type.startsWith("java.util.List")) {
            schema.put("type", "array").putObject("items").putArray("type").add("string").add("number");
        } else if (type.startsWith("java.util.Map")) {
            schema.put("type", "object").putObject("additionalProperties").put("type", "string");
        } else {
            schema.putArray("type").add("string").add("number");
        }
    }
}
