package io.headgate.l7.pages;

import io.headgate.l7.HeaderNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page, in which fields such as <code>{{reason}}</code> stand for what is to be said of a request. Their
 * values are escaped as its form needs it.
 */
public final class ErrorPage {

    /** The largest file of which a page is made. */
    public static final int LARGEST = 256 * 1024;

    /** What a member's answer says of its own body, which is not the page. */
    public static final HeaderNames OF_BODY = HeaderNames.of(List.of("Content-Length", "Transfer-Encoding",
            "Trailer", "Content-Type", "Content-Encoding", "Content-Language", "Content-Location",
            "Content-Range", "Content-Disposition", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest",
            "ETag", "Last-Modified", "Accept-Ranges"));

    private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");

    /** What a page is written in. */
    public enum Form {
        HTML("text/html; charset=UTF-8"),
        JSON("application/json");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }
    }

    private enum Field {
        STATUS,
        TITLE,
        REASON,
        DETAIL,
        REQUEST_ID;

        private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

        static Field named(String name) {
            for (Field field : values()) {
                if (field.text.equals(name)) {
                    return field;
                }
            }
            throw new IllegalArgumentException("{{" + name + "}} (expected: instead of {{" + name
                    + "}} one of {{status}}, {{title}}, {{reason}}, {{detail}} and {{request-id}})");
        }
    }

    private final Form form;
    /** Of the page's text, which comes before the fields, between them and behind them. */
    private final List<String> texts = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();

    private ErrorPage(Form form, String text) {
        this.form = form;
        Matcher field = FIELD.matcher(text);
        int from = 0;
        while (field.find()) {
            texts.add(text.substring(from, field.start()));
            fields.add(Field.named(field.group(1)));
            from = field.end();
        }
        texts.add(text.substring(from));
    }

    /**
     * The page that a file has.
     *
     * @throws IllegalArgumentException if it is not UTF-8, or has a field that is unknown
     */
    public static ErrorPage of(Form form, byte[] file) {
        try {
            return new ErrorPage(form,
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
    }

    public String contentType() {
        return form.contentType;
    }

    /** The page that tells of this. */
    public byte[] render(Told told) {
        StringBuilder page = new StringBuilder(texts.getFirst());
        for (int i = 0; i < fields.size(); i++) {
            String value = switch (fields.get(i)) {
                case STATUS -> Integer.toString(told.status());
                case TITLE -> told.title();
                case REASON -> told.reason();
                case DETAIL -> told.detail();
                case REQUEST_ID -> told.requestId();
            };
            for (int c = 0; c < value.length(); c++) {
                escape(value.charAt(c), page);
            }
            page.append(texts.get(i + 1));
        }
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** So that a value, part of which a client may have chosen, ends nothing that the page has begun. */
    private void escape(char c, StringBuilder page) {
        if (form == Form.JSON && (c < ' ' || c == '"' || c == '\\' || c == '<')) {
            page.append("\\u00").append(Character.forDigit(c >> 4, 16))
                    .append(Character.forDigit(c & 15, 16));
        } else if (form == Form.HTML && (c < ' ' || "<>&\"'`=".indexOf(c) >= 0)) {
            page.append("&#").append((int) c).append(';');
        } else {
            page.append(c);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ErrorPage page && form == page.form && texts.equals(page.texts)
                && fields.equals(page.fields);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }
}
