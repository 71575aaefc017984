package io.headgate.observe.access;

import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * {@code TIME access layer="l7" status="200" ...}: pairs in quotes; a field that is not there is left out.
 */
final class LogfmtLayout implements Layout {

    private static final DateTimeFormatter SECONDS = Line.seconds("yyyy-MM-dd'T'HH:mm:ss");
    private static final byte[] BEGIN = Layout.ascii("Z access");

    private final Field[] fields;
    private final byte[][] names;

    LogfmtLayout(List<Field> fields) {
        this.fields = fields.toArray(Field[]::new);
        this.names = fields.stream().map(field -> Layout.ascii(" " + field.code() + "=\""))
                .toArray(byte[][]::new);
    }

    @Override
    public DateTimeFormatter seconds() {
        return SECONDS;
    }

    @Override
    public void write(Entry entry, Line line) {
        line.second(entry.millis);
        line.millis(entry.millis);
        line.literal(BEGIN);
        for (int i = 0; i < fields.length; i++) {
            Field field = fields[i];
            if (field.isNumber()) {
                long number = field.number(entry);
                if (number >= 0) {
                    line.literal(names[i]);
                    line.number(number);
                    line.octet('"');
                }
            } else {
                String text = field.text(entry);
                if (text != null) {
                    line.literal(names[i]);
                    line.text(text, Escaping.JSON);
                    line.octet('"');
                }
            }
        }
    }
}
