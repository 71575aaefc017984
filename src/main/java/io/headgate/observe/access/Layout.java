package io.headgate.observe.access;

import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What a line looks like. Immutable, and used by all event loops at once. */
public sealed interface Layout permits FieldsLayout, TemplateLayout {

    /** The layouts that have a name. */
    List<String> NAMES = List.of("logfmt", "json", "ecs", "common");

    /**
     * The layout of a name, or of a template.
     *
     * @param format one of {@link #NAMES}, or text with at least one {@code {field}} or {@code {time}}
     * @param fields which fields, and in which order; all when there are none. Only for logfmt, json and ecs
     * @throws IllegalArgumentException when there is no such layout
     */
    static Layout of(String format, List<Field> fields) {
        List<Field> told = fields.isEmpty() ? List.of(Field.values()) : List.copyOf(fields);
        return switch (format) {
            case "logfmt" -> FieldsLayout.logfmt(told);
            case "json" -> FieldsLayout.json(told);
            case "ecs" -> FieldsLayout.ecs(told);
            case "common" -> TemplateLayout.COMMON;
            default -> TemplateLayout.of(format);
        };
    }

    /** Whether the fields of its lines can be chosen. */
    default boolean takesFields() {
        return true;
    }

    /** How a time is written, up to the second. */
    DateTimeFormatter seconds();

    /** Writes one line without its end. */
    void write(Entry entry, Line line);

    /** Text of ours as the bytes that go into lines. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
