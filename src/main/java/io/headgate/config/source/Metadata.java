package io.headgate.config.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the jars on the class path say about the properties that they read (Spring Boot's configuration
 * metadata).
 */
public final class Metadata {

    private static final String FILE = "META-INF/spring-configuration-metadata.json";

    private final Map<String, Property> properties = new LinkedHashMap<>();

    private Metadata() {
    }

    /**
     * One property.
     *
     * @param name in its documented spelling
     * @param type of its value, null where the metadata does not say
     * @param removed nothing reads it any more
     * @param replacement the name that is read instead
     */
    public record Property(String name, @Nullable String type, boolean removed,
            @Nullable String replacement) {}

    public static Metadata ofClassPath() {
        Metadata all = new Metadata();
        try {
            for (URL file : Collections.list(Metadata.class.getClassLoader().getResources(FILE))) {
                try (InputStream text = file.openStream();
                        JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
                    all.read(parser);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** However the name is spelled: with dashes, in camel case or in capitals. */
    public @Nullable Property find(String name) {
        return properties.get(uniform(name));
    }

    public Collection<Property> all() {
        return properties.values();
    }

    /** The same for all spellings of a name. */
    public static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    private void read(JsonParser parser) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = parser.currentName().equals("properties");
            parser.nextToken();
            if (!wanted) {
                parser.skipChildren();
                continue;
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                add(property(parser));
            }
        }
    }

    /** A name that one jar has removed may be read by another. */
    private void add(Property property) {
        properties.merge(uniform(property.name()), property,
                (known, other) -> known.removed() ? other : known);
    }

    private static Property property(JsonParser parser) {
        String name = "";
        String type = null;
        String replacement = null;
        boolean removed = false;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                depth++;
            } else if (token == JsonToken.END_OBJECT) {
                depth--;
            } else if (token == JsonToken.START_ARRAY) {
                parser.skipChildren();
            } else if (token == JsonToken.VALUE_STRING) {
                switch (parser.currentName()) {
                    case "name" -> name = parser.getString();
                    case "type" -> type = parser.getString();
                    case "replacement" -> replacement = parser.getString();
                    case "level" -> removed = parser.getString().equals("error");
                    default -> {
                    }
                }
            }
        }
        return new Property(name, type, removed, replacement);
    }
}
