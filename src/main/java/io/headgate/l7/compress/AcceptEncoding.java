package io.headgate.l7.compress;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which coding a client wants (RFC 9110, 12.5.3). */
final class AcceptEncoding {

    private static final float UNSAID = -1;

    private AcceptEncoding() {
    }

    /**
     * The one of these that the client prefers, and of equal ones the first. Null if it wants none of them,
     * or prefers the body as it is.
     *
     * @param said the field, its lines joined; null if there is none
     */
    static @Nullable ContentCoding choose(@Nullable String said, List<ContentCoding> codings) {
        if (said == null) {
            return null;
        }
        ContentCoding best = null;
        float weight = Math.max(0, weight(said, "identity"));
        for (ContentCoding coding : codings) {
            float its = weight(said, coding.token());
            its = its == UNSAID ? weight(said, "x-" + coding.token()) : its;
            its = its == UNSAID ? Math.max(0, weight(said, "*")) : its;
            if (its > 0 && (best == null ? its >= weight : its > weight)) {
                best = coding;
                weight = its;
            }
        }
        return best;
    }

    private static float weight(String said, String coding) {
        for (String member : said.split(",", -1)) {
            int mark = member.indexOf(';');
            String name = (mark < 0 ? member : member.substring(0, mark)).strip();
            if (name.equalsIgnoreCase(coding)) {
                return mark < 0 ? 1 : weight(member.substring(mark + 1));
            }
        }
        return UNSAID;
    }

    /** What cannot be read is a no. */
    private static float weight(String parameter) {
        String text = parameter.strip().toLowerCase(Locale.ROOT);
        if (!text.matches("q\\s*=\\s*(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
            return 0;
        }
        return Float.parseFloat(text.substring(text.indexOf('=') + 1).strip());
    }
}
