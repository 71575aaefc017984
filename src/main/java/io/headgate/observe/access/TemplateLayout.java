package io.headgate.observe.access;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text with {@code {field}} in it; a field that is not there is written as {@code -}. */
final class TemplateLayout implements Layout {

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]*)}");
    private static final String TIME = "time";

    /** The Common Log Format, as Apache and nginx write it, without the protocol's version. */
    static final TemplateLayout COMMON = new TemplateLayout(
            "{client} - - [{time}] \"{method} {target}\" {status} {out}",
            Line.seconds("dd/MMM/yyyy:HH:mm:ss '+0000'"), false);

    /** Text, and the field that follows it; the time where that is none of the fields. */
    private static final class Piece {

        private final byte[] before;
        private final @Nullable Field field;

        Piece(String before, @Nullable Field field) {
            this.before = Layout.ascii(before);
            this.field = field;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private final byte[] end;
    private final DateTimeFormatter seconds;
    private final boolean millis;

    private TemplateLayout(String template, DateTimeFormatter seconds, boolean millis) {
        this.seconds = seconds;
        this.millis = millis;
        Matcher places = PLACE.matcher(template);
        int from = 0;
        while (places.find()) {
            String name = places.group(1);
            pieces.add(new Piece(template.substring(from, places.start()),
                    name.equals(TIME) ? null : Field.named(name)));
            from = places.end();
        }
        end = Layout.ascii(template.substring(from));
    }

    static TemplateLayout of(String template) {
        TemplateLayout layout = new TemplateLayout(template, Line.seconds("yyyy-MM-dd'T'HH:mm:ss"), true);
        if (layout.pieces.isEmpty() || template.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw new IllegalArgumentException("format: " + template + " (expected: one of "
                    + String.join(", ", NAMES)
                    + ", or a template of one line with fields such as {time}, {status} and {target})");
        }
        return layout;
    }

    @Override
    public boolean takesFields() {
        return false;
    }

    @Override
    public DateTimeFormatter seconds() {
        return seconds;
    }

    @Override
    public void write(Entry entry, Line line) {
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            line.literal(piece.before);
            Field field = piece.field;
            if (field == null) {
                time(entry, line);
            } else if (field.isNumber()) {
                number(field.number(entry), line);
            } else {
                text(field.text(entry), line);
            }
        }
        line.literal(end);
    }

    private void time(Entry entry, Line line) {
        line.second(entry.millis);
        if (millis) {
            line.millis(entry.millis);
            line.octet('Z');
        }
    }

    private static void number(long value, Line line) {
        if (value >= 0) {
            line.number(value);
        } else {
            line.octet('-');
        }
    }

    private static void text(@Nullable String value, Line line) {
        if (value != null) {
            line.text(value, Escaping.HEX);
        } else {
            line.octet('-');
        }
    }
}
