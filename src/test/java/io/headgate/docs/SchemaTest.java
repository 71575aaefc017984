package io.headgate.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * docs/headgate.schema.json: the JSON schema of {@code headgate.*}, for editors; and the same inside the Helm
 * chart's schema, so that Helm refuses a misspelled property before anything reaches the cluster.
 */
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
        ObjectNode schema = json.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Headgate");
        schema.put("type", "object").putObject("properties").set("headgate", headgate());
        Document.assertCurrent(Path.of("docs/headgate.schema.json"), json.writeValueAsString(schema) + "\n");
    }

    @Test
    void theChartsSchemaDescribesEveryProperty() throws IOException {
        Path file = Path.of("helm/headgate/values.schema.json");
        ObjectNode schema = (ObjectNode) json.readTree(Files.readString(file));
        ObjectNode headgate = headgate();
        allowPlaceholders(headgate);
        schema.withObject("definitions").set("headgate", headgate);
        Document.assertCurrent(file, json.writeValueAsString(schema) + "\n");
    }

    private ObjectNode headgate() throws IOException {
        Node root = new Node();
        for (Metadata.Property property : Metadata.properties()) {
            Node node = root;
            for (String part : property.name().replace("[*]", ".[*]").split("\\.", -1)) {
                node = node.child(part);
            }
            node.property = property;
        }
        ObjectNode headgate = json.createObjectNode();
        render(root.child("headgate"), headgate);
        return headgate;
    }

    /** In the chart, numbers and switches may come from the environment: ${NAME}. */
    private static void allowPlaceholders(JsonNode schema) {
        String type = schema.path("type").asString("");
        if (schema instanceof ObjectNode leaf && (type.equals("integer") || type.equals("boolean"))) {
            leaf.putArray("type").add(type).add("string");
            leaf.put("pattern", "\\$\\{.+\\}");
        }
        schema.forEach(SchemaTest::allowPlaceholders);
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
            schema.putArray("type").add("array").add("string").add("number"); // "a, b" is a list too
            schema.putObject("items").putArray("type").add("string").add("number");
        } else if (type.startsWith("java.util.Map")) {
            schema.put("type", "object").putObject("additionalProperties").put("type", "string");
        } else {
            schema.putArray("type").add("string").add("number");
        }
    }
}
