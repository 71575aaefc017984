package io.headgate.l7;

import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of Headgate's own answers once a route was looked for, see {@link Problem}. They also have the
 * members of Spring Boot's own error body, for clients that read these.
 */
public final class Problems {

    /** When a member is there, as {@code spring.web.error.include-*} have it. */
    public enum Included {
        NEVER,
        ALWAYS,
        /** Where the request's query asks for it, as {@code ?message} or {@code ?message=true}. */
        ON_PARAM
    }

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final InstantSource wall;
    private final Included path;
    private final Included message;
    private final String run;
    private final AtomicLong made = new AtomicLong();

    /**
     * As Boot's properties say.
     *
     * @param wall the clock for {@code timestamp}
     * @param random distinguishes this run's request identifiers from another run's
     */
    public Problems(InstantSource wall, RandomSource random, Included path, Included message) {
        this.wall = wall;
        this.path = path;
        this.message = message;
        this.run = Integer.toHexString(random.below(Integer.MAX_VALUE));
    }

    /** The body for this reason, to a request for this target that has no identifier of its own. */
    public byte[] body(Reason reason, String target) {
        return body(reason, target, null);
    }

    /**
     * The body for this reason, to a request for this target.
     *
     * @param id of the request; null if it has none, so that one is made for the body alone
     */
    public byte[] body(Reason reason, String target, @Nullable String id) {
        return body(reason, reason.status(), target, id);
    }

    /** The same with another status than the reason's usual one. */
    public byte[] body(Reason reason, int status, String target, @Nullable String id) {
        return body(reason, status, target, id, reason.description());
    }

    /**
     * The body for this reason.
     *
     * @param status which may not be the reason's usual one
     * @param target of the request: a path, and a query where there is one
     * @param id of the request; null as above
     * @param text what {@code message} says, null for nothing
     */
    public byte[] body(Reason reason, int status, String target, @Nullable String id, @Nullable String text) {
        int end = target.indexOf('?');
        String query = end < 0 ? "" : target.substring(end + 1);
        String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
        StringBuilder body = new StringBuilder(300).append("{\"title\":");
        quoted(body, phrase).append(",\"status\":").append(status).append(",\"reason\":\"")
                .append(reason.code()).append("\",\"detail\":");
        quoted(body, reason.description()).append(",\"timestamp\":\"");
        TIMESTAMP.formatTo(wall.instant(), body);
        body.append('"');
        if (isIncluded(path, "path", query)) {
            quoted(body.append(",\"path\":"), end < 0 ? target : target.substring(0, end));
        }
        quoted(body.append(",\"error\":"), phrase);
        quoted(body.append(",\"requestId\":"), id != null ? id : run + "-" + made.incrementAndGet());
        if (isIncluded(message, "message", query)) {
            quoted(body.append(",\"message\":"), text == null ? "" : text);
        }
        return body.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isIncluded(Included when, String name, String query) {
        return switch (when) {
            case NEVER -> false;
            case ALWAYS -> true;
            case ON_PARAM -> asksFor(name, query);
        };
    }

    private static boolean asksFor(String name, String query) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.equals(name) || (parameter.startsWith(name + "=")
                    && !parameter.substring(name.length() + 1).equalsIgnoreCase("false"))) {
                return true;
            }
        }
        return false;
    }

    /** As RFC 8259, 7 has it. */
    private static StringBuilder quoted(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                to.append("\\u00").append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            } else {
                to.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return to.append('"');
    }
}
