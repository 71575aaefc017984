package io.headgate.l7.compress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which coding a client wants (RFC 9110, 12.5.3). */
final class AcceptEncoding {

    /** Weights are thousandths. */
    private static final int FULL = 1000;
    private static final int UNSAID = -1;

    private AcceptEncoding() {
    }

    /**
     * The one of these that the client prefers, and of equal ones the first; of those that can be used now.
     * Null if it wants none of them, or prefers the body as it is.
     *
     * @param said the field, its lines joined; null if there is none
     */
    static @Nullable ContentCoding choose(@Nullable String said, List<ContentCoding> codings) {
        if (said == null) {
            return null;
        }
        ContentCoding best = null;
        int weight = Math.max(0, weight(said, "", "identity"));
        for (ContentCoding coding : codings) {
            if (!coding.isReady()) {
                continue;
            }
            int its = weight(said, "", coding.token());
            its = its == UNSAID ? weight(said, "x-", coding.token()) : its;
            its = its == UNSAID ? Math.max(0, weight(said, "", "*")) : its;
            if (its > 0 && (best == null ? its >= weight : its > weight)) {
                best = coding;
                weight = its;
            }
        }
        return best;
    }

    /**
     * That of the first member with this name, which has two parts. Reads the field once, and copies nothing.
     */
    private static int weight(String said, String prefix, String coding) {
        int length = prefix.length() + coding.length();
        int next;
        for (int from = 0; from <= said.length(); from = next + 1) {
            int comma = said.indexOf(',', from);
            next = comma < 0 ? said.length() : comma;
            int start = afterSpace(said, from, next);
            int end = start + length;
            if (end > next || !said.regionMatches(true, start, prefix, 0, prefix.length())
                    || !said.regionMatches(true, start + prefix.length(), coding, 0, coding.length())) {
                continue;
            }
            end = afterSpace(said, end, next);
            if (end == next) {
                return FULL;
            }
            if (said.charAt(end) == ';') {
                return weight(said, end + 1, next);
            }
        }
        return UNSAID;
    }

    /** That of a parameter: q=0.123 at the longest. What cannot be read is a no. */
    private static int weight(String said, int from, int to) {
        int at = afterSpace(said, from, to);
        if (at == to || (said.charAt(at) != 'q' && said.charAt(at) != 'Q')) {
            return 0;
        }
        at = afterSpace(said, at + 1, to);
        if (at == to || said.charAt(at) != '=') {
            return 0;
        }
        at = afterSpace(said, at + 1, to);
        int unit = at < to ? said.charAt(at++) - '0' : UNSAID;
        if (unit != 0 && unit != 1) {
            return 0;
        }
        int weight = unit * FULL;
        if (at < to && said.charAt(at) == '.') {
            at++;
            for (int worth = FULL / 10; worth > 0 && at < to && isDigit(said.charAt(at)); worth /= 10) {
                weight += (said.charAt(at++) - '0') * worth;
            }
        }
        return weight <= FULL && afterSpace(said, at, to) == to ? weight : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int afterSpace(String said, int from, int to) {
        int at = from;
        while (at < to && (said.charAt(at) == ' ' || said.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
