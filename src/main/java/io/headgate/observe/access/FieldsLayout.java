package io.headgate.observe.access;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A line of names and values, as logfmt or JSON has it. A field that is not there is left out. */
final class FieldsLayout implements Layout {

    private static final DateTimeFormatter SECONDS = Line.seconds("yyyy-MM-dd'T'HH:mm:ss");

    private final byte[] begin;
    private final byte[] afterTime;
    private final byte[] end;
    private final Field[] fields;
    /** Before the value of each field, its name among it. */
    private final byte[][] before;
    /** After it. */
    private final byte[][] after;
    private final byte @Nullable [] duration;

    private FieldsLayout(String begin, String afterTime, String end, List<Field> fields,
            Function<Field, String> before, Function<Field, String> after, @Nullable String duration) {
        this.begin = Layout.ascii(begin);
        this.afterTime = Layout.ascii(afterTime);
        this.end = Layout.ascii(end);
        this.fields = fields.toArray(Field[]::new);
        this.before = fields.stream().map(before).map(Layout::ascii).toArray(byte[][]::new);
        this.after = fields.stream().map(after).map(Layout::ascii).toArray(byte[][]::new);
        this.duration = duration == null ? null : Layout.ascii(duration);
    }

    /** {@code TIME access layer="l7" status="200"}: every value is quoted. */
    static FieldsLayout logfmt(List<Field> fields) {
        return new FieldsLayout("", "Z access", "", fields, field -> " " + field.code() + "=\"",
                field -> "\"", null);
    }

    /** One object a line, with the names of logfmt. */
    static FieldsLayout json(List<Field> fields) {
        return json("{\"time\":\"", "Z\"", fields, Field::code, null);
    }

    /** One object a line, with the dotted names of the Elastic Common Schema. */
    static FieldsLayout ecs(List<Field> fields) {
        return json("{\"@timestamp\":\"",
                "Z\",\"ecs.version\":\"8.11\",\"event.dataset\":\"headgate.access\",\"event.kind\":\"event\"",
                fields, Field::ecs, ",\"event.duration\":");
    }

    private static FieldsLayout json(String begin, String afterTime, List<Field> fields,
            Function<Field, String> naming, @Nullable String duration) {
        return new FieldsLayout(begin, afterTime, "}", fields,
                field -> ",\"" + naming.apply(field) + "\":" + (field.isNumber() ? "" : "\""),
                field -> field.isNumber() ? "" : "\"", duration);
    }

    @Override
    public DateTimeFormatter seconds() {
        return SECONDS;
    }

    @Override
    public void write(Entry entry, Line line) {
        line.literal(begin);
        line.second(entry.millis);
        line.millis(entry.millis);
        line.literal(afterTime);
        for (int i = 0; i < fields.length; i++) {
            Field field = fields[i];
            if (field.isNumber()) {
                long number = field.number(entry);
                if (number >= 0) {
                    line.literal(before[i]);
                    line.number(number);
                    line.literal(after[i]);
                }
            } else {
                String text = field.text(entry);
                if (text != null) {
                    line.literal(before[i]);
                    line.text(text, Escaping.JSON);
                    line.literal(after[i]);
                }
            }
        }
        if (duration != null && entry.nanos >= 0) {
            line.literal(duration);
            line.number(entry.nanos);
        }
        line.literal(end);
    }
}
