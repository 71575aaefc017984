package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import wiremock.com.networknt.schema.InputFormat;
import wiremock.com.networknt.schema.JsonSchema;
import wiremock.com.networknt.schema.JsonSchemaFactory;
import wiremock.com.networknt.schema.SpecVersion;
import wiremock.com.networknt.schema.ValidationMessage;

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
        ObjectNode headgate = headgate("#/properties/headgate");
        allowPlaceholders(headgate);
        schema.put("type", "object").putObject("properties").set("headgate", headgate);
        Document.assertCurrent(Path.of("docs/headgate.schema.json"), json.writeValueAsString(schema) + "\n");
    }

    @Test
    void theChartsSchemaDescribesEveryProperty() throws IOException {
        Path file = Path.of("helm/headgate/values.schema.json");
        ObjectNode schema = (ObjectNode) json.readTree(Files.readString(file));
        ObjectNode headgate = headgate("#/definitions/headgate");
        allowPlaceholders(headgate);
        schema.withObject("definitions").set("headgate", headgate);
        Document.assertCurrent(file, json.writeValueAsString(schema) + "\n");
    }

    /** Every example, as an editor or Helm reads it. */
    @Test
    void theExamplesFit() throws IOException {
        JsonSchema schema = schema();
        for (Path example : ExamplesTest.examples()) {
            String text = Files.readString(example.resolve("application.yml"));
            assertThat(faults(schema, text)).as(example.toString()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "pools.a: { balance: round-robin, maxConnections: 5, slow-start: 30s, health: { expectStatus: 200-299 } } | ",
            "pools: { a: { timeouts.idle: 5s, sticky: { cookie: WIKI }, members: [ '10.0.0.1:80', '${HOST}' ] } } | ",
            "listeners: { db.bind: 'a:1', web: { splice: off, bind: '${BIND}', max-connections: '${MOST}' } } | ",
            "access-log: { format: '{time} {status}', slowerThan: 5s } | slowerThan",
            "pools: { a: { balance: foo } }                     | balance",
            "pools: { a: { balance: '${HOW}' } }                | ",
            "pools: { a: { health: { check: htp } } }           | check",
            "pools: { a: { timeouts: { connect: abc } } }       | connect",
            "pools: { a: { timeouts: { connect: 5 } } }         | connect",
            "pools: { a: { timeouts: { connect: 0 } } }         | ",
            "pools: { a: { max-connections: many } }            | max-connections",
            "pools: { a: { maxConnexions: 5 } }                 | maxConnexions",
            "pools: { Orders: { } }                             | Orders",
            "client: { max-body-size: 5 megs }                  | max-body-size",
            "client: { max-body-size: 5MB, maxConnections: 7 }  | "})
    void whatHeadgateRefusesIsRefusedInTheEditor(String yaml, @Nullable String wrong) throws IOException {
        String faults = faults(schema(), "headgate: { " + yaml + " }").toString();
        if (wrong == null) {
            assertThat(faults).isEqualTo("[]");
        } else {
            assertThat(faults).contains(wrong);
        }
    }

    private static JsonSchema schema() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("docs/headgate.schema.json")));
    }

    private List<String> faults(JsonSchema schema, String yaml) {
        return schema.validate(json.writeValueAsString(new Yaml().load(yaml)), InputFormat.JSON).stream()
                .map(ValidationMessage::getMessage).toList();
    }

    private ObjectNode headgate(String path) throws IOException {
        Node root = new Node();
        for (Metadata.Property property : Metadata.properties()) {
            Node node = root;
            for (String part : property.name().replace("[*]", ".[*]").split("\\.", -1)) {
                node = node.child(part);
            }
            node.property = property;
        }
        ObjectNode headgate = json.createObjectNode();
        new Rendering(Metadata.values()).render(root.child("headgate"), path, headgate);
        return headgate;
    }

    /** Numbers and switches may come from the environment: ${NAME}. */
    private static void allowPlaceholders(JsonNode schema) {
        String type = schema.path("type").asString("");
        if (schema instanceof ObjectNode leaf && (type.equals("integer") || type.equals("boolean"))) {
            leaf.putArray("type").add(type).add("string");
            leaf.put("pattern", "\\$\\{.+\\}");
        }
        schema.forEach(SchemaTest::allowPlaceholders);
    }

    /** Makes a schema of a tree of properties. */
    private record Rendering(Map<String, List<String>> values) {

        private static final String PLACEHOLDER = ".*\\$\\{.+\\}.*";
        private static final String NAME = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
        private static final String DURATION = "\\s*[+-]?\\d+(ns|us|ms|s|m|h|d|NS|US|MS|S|M|H|D)\\s*|0|[pP].+";
        private static final String SIZE = "\\s*\\d+(B|KB|MB|GB|TB)?\\s*";

        void render(Node node, String path, ObjectNode schema) {
            if (node.property != null) {
                schema.put("description", node.property.description());
                if (node.property.defaultValue() != null) {
                    schema.put("default", node.property.defaultValue());
                }
            }
            if (node.children.isEmpty()) {
                leaf(node, schema);
            } else if (node.children.containsKey("*")) {
                schema.put("type", "object").put("additionalProperties", false);
                ObjectNode patterns = schema.putObject("patternProperties");
                String name = "^" + NAME + "$";
                render(node.child("*"), path + "/patternProperties/" + name.replace("/", "~1"),
                        patterns.putObject(name));
                patterns.putObject("^" + NAME + "\\..+$"); // db.bind is read, too
            } else if (node.children.containsKey("[*]")) {
                schema.putArray("type").add("array").add("string");
                ObjectNode items = schema.putObject("items");
                items.putArray("oneOf").addObject().put("type", "string").put("description", "host:port");
                render(node.child("[*]"), path + "/items/oneOf/1", items.withArray("oneOf").addObject());
            } else if (node.property != null && node.property.type().endsWith("StickyCookieProperties")) {
                schema.putArray("oneOf").addObject().put("type", "string").put("description", "its name");
                properties(node, path + "/oneOf/1", schema.withArray("oneOf").addObject());
            } else {
                properties(node, path, schema);
            }
        }

        private void properties(Node node, String path, ObjectNode schema) {
            schema.put("type", "object").put("additionalProperties", false);
            ObjectNode properties = schema.putObject("properties");
            ObjectNode patterns = schema.putObject("patternProperties");
            node.children.forEach((name, child) -> {
                String own = path + "/properties/" + name;
                render(child, own, properties.putObject(name));
                String camel = camel(name);
                if (!camel.equals(name)) {
                    patterns.putObject("^" + camel + "$").put("$ref", own);
                }
            });
            patterns.putObject("^[A-Za-z-]+\\..+$"); // timeouts.idle is read, too
        }

        private static String camel(String name) {
            return Pattern.compile("-(.)").matcher(name)
                    .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
        }

        private void leaf(Node node, ObjectNode schema) {
            String type = node.property == null ? "" : node.property.type();
            List<String> only = node.property == null
                    ? List.of()
                    : values.getOrDefault(node.property.name(), List.of());
            if (!only.isEmpty()) {
                ArrayNode any = schema.putArray("anyOf");
                ArrayNode allowed = any.addObject().putArray("enum");
                only.forEach(allowed::add);
                if (only.contains("off")) {
                    allowed.add(false); // as YAML 1.1 reads it
                }
                any.addObject().put("type", "string").put("pattern", PLACEHOLDER);
            } else if (type.endsWith("Integer")) {
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
                if (type.equals("java.time.Duration")) {
                    schema.put("pattern", "^(" + DURATION + "|" + PLACEHOLDER + ")$");
                    schema.put("minimum", 0).put("maximum", 0); // any other number needs its unit
                } else if (type.endsWith("DataSize")) {
                    schema.put("pattern", "^(" + SIZE + "|" + PLACEHOLDER + ")$");
                }
            }
        }
    }
}
