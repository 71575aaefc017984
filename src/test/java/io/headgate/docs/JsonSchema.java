package io.headgate.docs;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** As much of JSON Schema as docs/openapi.yaml uses; what a schema does not name, a value must not have. */
final class JsonSchema {

    private final JsonNode document;
    private final List<String> faults = new ArrayList<>();

    JsonSchema(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with a value. */
    static List<String> faults(JsonNode document, JsonNode schema, JsonNode value) {
        JsonSchema check = new JsonSchema(document);
        check.check("", schema, value);
        return check.faults;
    }

    static JsonNode resolve(JsonNode document, JsonNode node) {
        String ref = node.path("$ref").asString("");
        return ref.isEmpty() ? node : document.at(ref.substring(1));
    }

    private void check(String path, JsonNode reference, JsonNode value) {
        JsonNode schema = resolve(document, reference);
        JsonNode types = schema.path("type");
        boolean typed = types.isString()
                ? is(types.asString(), value)
                : types.isArray() && types.valueStream().anyMatch(type -> is(type.asString(), value));
        JsonNode allowed = schema.path("enum");
        if (!typed || (allowed.isArray() && allowed.valueStream().noneMatch(value::equals))) {
            faults.add(path + ": " + value + " (expected: " + schema + ")");
        } else if (value.isObject()) {
            schema.path("required").forEach(name -> {
                if (!value.has(name.asString())) {
                    faults.add(path + "/" + name.asString() + ": missing");
                }
            });
            value.properties().forEach(entry -> {
                JsonNode known = schema.path("properties").path(entry.getKey());
                JsonNode rule = known.isMissingNode() ? schema.path("additionalProperties") : known;
                if (rule.isMissingNode()) {
                    faults.add(path + "/" + entry.getKey() + ": not in the schema");
                } else {
                    check(path + "/" + entry.getKey(), rule, entry.getValue());
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> check(path + "[]", schema.path("items"), item));
        }
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("type: " + type + " (expected: one that is used)");
        };
    }
}
