package io.headgate.l7;

import io.headgate.pool.Member;
import io.headgate.pool.StickySessions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cookie by which one request's session is bound to a member. */
public final class StickyCookie {

    private final StickySessions sessions;
    private final @Nullable String token;
    private final @Nullable Member bound;
    private final boolean sent;

    private StickyCookie(StickySessions sessions, @Nullable String token, @Nullable Member bound,
            boolean sent) {
        this.sessions = sessions;
        this.token = token;
        this.bound = bound;
        this.sent = sent;
    }

    /**
     * Reads it from a request. If there are several, the first that names a member counts.
     *
     * @param lines the values of the request's Cookie headers
     */
    public static StickyCookie read(StickySessions sessions, List<String> lines) {
        boolean sent = false;
        for (String line : lines) {
            int start = 0;
            while (start < line.length()) {
                int end = end(line, start);
                if (isNamed(line, start, end, sessions.cookie())) {
                    sent = true;
                    String value = value(line, start, end);
                    Member member = sessions.member(value);
                    if (member != null) {
                        return new StickyCookie(sessions, value, member, true);
                    }
                }
                start = end + 1;
            }
        }
        return new StickyCookie(sessions, null, null, sent);
    }

    /** The member that the session is bound to, null if it is not bound, or no longer. */
    public @Nullable Member bound() {
        return bound;
    }

    /** Whether the client sent a cookie of this name, with any value. */
    public boolean sent() {
        return sent;
    }

    /**
     * The Set-Cookie header for an answer of this member; null when the client has the right cookie already.
     */
    public @Nullable String setCookie(Member member) {
        return sessions.isCurrent(token, member) ? null : sessions.setCookie(member);
    }

    /** The Cookie headers without Headgate's own, which members must not see. */
    public List<String> without(List<String> lines) {
        List<String> rest = new ArrayList<>(lines.size());
        for (String line : lines) {
            StringBuilder kept = new StringBuilder(line.length());
            int start = 0;
            while (start < line.length()) {
                int end = end(line, start);
                String pair = line.substring(start, end).strip();
                if (!pair.isEmpty() && !isNamed(line, start, end, sessions.cookie())) {
                    kept.append(kept.isEmpty() ? "" : "; ").append(pair);
                }
                start = end + 1;
            }
            if (!kept.isEmpty()) {
                rest.add(kept.toString());
            }
        }
        return rest;
    }

    private static int end(String line, int start) {
        int end = line.indexOf(';', start);
        return end < 0 ? line.length() : end;
    }

    private static boolean isNamed(String line, int start, int end, String name) {
        int at = skipBlanks(line, start, end);
        int mark = skipBlanks(line, at + name.length(), end);
        return line.startsWith(name, at) && mark < end && line.charAt(mark) == '=';
    }

    private static int skipBlanks(String line, int start, int end) {
        int at = start;
        while (at < end && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static String value(String line, int start, int end) {
        String value = line.substring(line.indexOf('=', start) + 1, end).strip();
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
