package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client has already, against a stored answer (RFC 9110, 13). */
final class Preconditions {

    private Preconditions() {
    }

    static boolean areIn(HttpHeaders request) {
        return request.contains(HttpHeaderNames.IF_NONE_MATCH)
                || request.contains(HttpHeaderNames.IF_MODIFIED_SINCE);
    }

    /** Whether the client has it. */
    static boolean isUnmodified(HttpHeaders request, StoredAnswer answer) {
        List<String> tags = request.getAll(HttpHeaderNames.IF_NONE_MATCH);
        if (!tags.isEmpty()) { // then the date does not count
            return isAmong(tags, answer.etag());
        }
        Instant since = Freshness.date(request.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        if (since == null) {
            return false;
        }
        Instant modified = Freshness.date(answer.lastModified());
        Instant made = modified != null ? modified : Freshness.date(answer.field(HttpHeaderNames.DATE));
        return made != null && !made.isAfter(since);
    }

    private static boolean isAmong(List<String> lines, @Nullable String etag) {
        for (String line : lines) {
            if (line.strip().equals("*")) {
                return true;
            }
            for (String member : ListField.members(line)) {
                if (etag != null && weak(member).equals(weak(etag))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String weak(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    /** Whether a part may be added to what the client has (RFC 9110, 13.1.5). */
    static boolean mayHaveRange(HttpHeaders request, StoredAnswer answer) {
        String has = request.get(HttpHeaderNames.IF_RANGE);
        if (has == null) {
            return true;
        }
        String said = has.strip();
        if (said.startsWith("\"")) {
            return said.equals(answer.etag());
        }
        return !said.startsWith("W/") && said.equals(answer.lastModified());
    }
}
