package io.headgate.l7.gateway.expand;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Queries of targets, as text. */
public final class Queries {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]*");
    private static final String MARKS = "-_.~!*'();/?:@&=+$,[]";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Queries() {
    }

    /** Characters that a query may not contain are escaped; characters with a meaning there keep it. */
    public static String escaped(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((Character.isLetterOrDigit(c) && c < 128) || MARKS.indexOf(c) >= 0) {
                result.append(c);
            } else {
                result.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
            }
        }
        return result.toString();
    }

    /** A query with one more parameter. */
    public static String plus(@Nullable String query, String parameter) {
        if (query == null || query.isBlank()) {
            return parameter;
        }
        return query.endsWith("&") ? query + parameter : query + "&" + parameter;
    }

    static URI withQuery(URI uri, String raw) {
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + '?' + raw);
    }
}
