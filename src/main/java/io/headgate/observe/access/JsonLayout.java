package io.headgate.observe.access;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;

/** One JSON object a line; a field that is not there is left out. Names are ours, or those of ECS. */
final class JsonLayout implements Layout {

    private static final DateTimeFormatter SECONDS = Line.seconds("yyyy-MM-dd'T'HH:mm:ss");
    private static final byte[] DURATION = Layout.ascii(",\"event.duration\":");

    private final byte[] begin;
    private final byte[] afterTime;
    private final boolean ecs;
    private final Field[] fields;
    private final byte[][] names;

    private JsonLayout(String begin, String afterTime, boolean ecs, List<Field> fields,
            Function<Field, String> naming) {
        this.begin = Layout.ascii(begin);
        this.afterTime = Layout.ascii(afterTime);
        this.ecs = ecs;
        this.fields = fields.toArray(Field[]::new);
        this.names = fields.stream().map(field -> Layout.ascii(",\"" + naming.apply(field) + "\":"))
                .toArray(byte[][]::new);
    }

    static JsonLayout plain(List<Field> fields) {
        return new JsonLayout("{\"time\":\"", "Z\"", false, fields, Field::code);
    }

    /** The Elastic Common Schema, with dotted names. */
    static JsonLayout ecs(List<Field> fields) {
        return new JsonLayout("{\"@timestamp\":\"",
                "Z\",\"ecs.version\":\"8.11\",\"event.dataset\":\"headgate.access\",\"event.kind\":\"event\"",
                true, fields, Field::ecs);
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
                    line.literal(names[i]);
                    line.number(number);
                }
            } else {
                String text = field.text(entry);
                if (text != null) {
                    line.literal(names[i]);
                    line.octet('"');
                    line.text(text, Escaping.JSON);
                    line.octet('"');
                }
            }
        }
        if (ecs && entry.nanos >= 0) {
            line.literal(DURATION);
            line.number(entry.nanos);
        }
        line.octet('}');
    }
}
