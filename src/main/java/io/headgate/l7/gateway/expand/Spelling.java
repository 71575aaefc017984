package io.headgate.l7.gateway.expand;

import io.headgate.l7.AsciiSet;
import io.headgate.l7.BadTargetException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * How a decoded URI variable is written in a target. What came as one segment leaves as one, byte for byte as
 * the client wrote it, if it can be found in the client's path: RFC 3986, 2.2 and 7.3 forbid decoding a
 * delimiter before the parts are separated.
 */
public final class Spelling {

    /** RFC 3986's pchar, except the semicolon, after which parameters begin. */
    private static final AsciiSet IN_SEGMENT = AsciiSet.lettersDigitsAnd("-._~!$&'()*+,=:@");

    private static final AsciiSet UNRESERVED = AsciiSet.lettersDigitsAnd("-._~");

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private static final char UNDECODABLE = '\uFFFD';

    private Spelling() {
    }

    /**
     * In a path.
     *
     * @param path the raw path that it was found in
     */
    public static String inPath(String value, String path) {
        if (isAll(value, UNRESERVED)) {
            return value;
        }
        String raw = segment(value, path);
        if (raw == null && value.charAt(0) == '/') {
            raw = rest(value, path);
        }
        return raw != null ? raw : escaped(value, IN_SEGMENT);
    }

    private static @Nullable String segment(String value, String path) {
        for (int from = path.indexOf('/'); from >= 0; from = path.indexOf('/', from + 1)) {
            int next = path.indexOf('/', from + 1);
            String raw = withoutParameters(path.substring(from + 1, next < 0 ? path.length() : next));
            if (value.equals(decoded(raw))) {
                return raw;
            }
        }
        return null;
    }

    /**
     * All segments from one on, which is what <code>{*name}</code> stands for. If one contains a slash of its
     * own, the decoded text no longer shows which slashes separate segments.
     */
    private static @Nullable String rest(String value, String path) {
        if (path.contains("%2F") || path.contains("%2f")) {
            throw new BadTargetException("an escaped slash in a path whose rest is a URI variable");
        }
        for (int from = path.indexOf('/'); from >= 0; from = path.indexOf('/', from + 1)) {
            String raw = withoutParameters(path.substring(from));
            if (value.equals(decoded(raw))) {
                return raw;
            }
        }
        return null;
    }

    private static String decoded(String raw) {
        return StringUtils.uriDecode(raw, StandardCharsets.UTF_8);
    }

    /** In a query, as the value of a parameter. */
    public static String inQuery(String value, String path) {
        return isAll(value, UNRESERVED) ? value : escapedButEscapes(inPath(value, path));
    }

    private static String withoutParameters(String path) {
        if (path.indexOf(';') < 0) {
            return path;
        }
        StringBuilder rest = new StringBuilder();
        boolean in = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            in = c != '/' && (in || c == ';');
            if (!in) {
                rest.append(c);
            }
        }
        return rest.toString();
    }

    private static boolean isAll(String text, AsciiSet of) {
        for (int i = 0; i < text.length(); i++) {
            if (!of.contains(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static String escaped(String text, AsciiSet kept) {
        if (text.indexOf(UNDECODABLE) >= 0) {
            throw new BadTargetException("a URI variable is not UTF-8");
        }
        StringBuilder result = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (kept.contains(c)) {
                result.append(c);
            } else {
                result.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
            }
        }
        return result.toString();
    }

    private static String escapedButEscapes(String raw) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' || UNRESERVED.contains(c)) {
                result.append(c);
            } else {
                result.append('%').append(HEX.toHighHexDigit(c)).append(HEX.toLowHexDigit(c));
            }
        }
        return result.toString();
    }
}
