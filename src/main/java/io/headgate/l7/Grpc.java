package io.headgate.l7;

import io.headgate.pool.Reason;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What gRPC adds to HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): how long a call
 * may take, and how it is refused.
 */
public final class Grpc {

    public static final AsciiString STATUS = AsciiString.cached("grpc-status");
    public static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    public static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    /** What may stand in the head of an answer that is nothing but a head, and belongs to its end. */
    public static final List<AsciiString> SAID_AT_THE_END = List.of(STATUS, MESSAGE,
            AsciiString.cached("grpc-status-details-bin"));
    public static final String TYPE = "application/grpc";

    public static final int CANCELLED = 1;
    public static final int DEADLINE_EXCEEDED = 4;
    private static final int NOT_FOUND = 5;
    private static final int PERMISSION_DENIED = 7;
    public static final int RESOURCE_EXHAUSTED = 8;
    public static final int INTERNAL = 13;
    public static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    /** As the specification allows. */
    private static final int MOST_DIGITS = 8;
    /** Eight digits of hours would be more nanoseconds than a long holds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Grpc() {
    }

    /** Whether a message of this type is gRPC. gRPC-Web is different. */
    public static boolean is(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, TYPE, 0, TYPE.length())
                && (contentType.length() == TYPE.length() || contentType.charAt(TYPE.length()) != '-');
    }

    /** The number of a status as it stands in a header; -1 for none. */
    public static int number(@Nullable CharSequence status) {
        if (status == null || status.isEmpty() || status.length() > 2) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < status.length(); i++) {
            int digit = status.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /**
     * The status of a call that is refused. Clients try calls that are UNAVAILABLE again.
     *
     * @param http the status that a client of HTTP would get
     */
    public static int status(Reason reason, int http) {
        return switch (reason) {
            case RESPONSE_TIMEOUT, IDLE_TIMEOUT, SEND_TIMEOUT -> DEADLINE_EXCEEDED;
            case CONNECT_TIMEOUT -> UNAVAILABLE;
            default -> switch (http) {
                case 401 -> UNAUTHENTICATED;
                case 403 -> PERMISSION_DENIED;
                case 404 -> NOT_FOUND;
                case 408, 499 -> CANCELLED;
                case 413, 429, 431 -> RESOURCE_EXHAUSTED;
                case 502, 503, 504 -> UNAVAILABLE;
                default -> INTERNAL;
            };
        };
    }

    /** What the client is told: plain ASCII without a percent sign, so nothing has to be escaped. */
    public static String message(Reason reason) {
        return reason.code() + ": " + reason.description();
    }

    /**
     * The same.
     *
     * @param detail in place of the reason's description, plain ASCII; null for that
     */
    public static String message(Reason reason, @Nullable String detail) {
        return detail == null ? message(reason) : reason.code() + ": " + detail.replace("%", "%25");
    }

    /**
     * The shorter one of a call's own timeout and another.
     *
     * @param own as the client has sent it: up to eight digits and a unit
     * @param other zero for none
     */
    public static Duration shorter(@Nullable String own, Duration other) {
        int digits = own == null ? 0 : own.length() - 1;
        if (own == null || digits < 1 || digits > MOST_DIGITS) {
            return other;
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = own.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return other;
            }
            value = 10 * value + digit;
        }
        ChronoUnit unit = switch (own.charAt(digits)) {
            case 'H' -> ChronoUnit.HOURS;
            case 'M' -> ChronoUnit.MINUTES;
            case 'S' -> ChronoUnit.SECONDS;
            case 'm' -> ChronoUnit.MILLIS;
            case 'u' -> ChronoUnit.MICROS;
            case 'n' -> ChronoUnit.NANOS;
            default -> null;
        };
        if (unit == null || value == 0) {
            return other;
        }
        Duration asked = Duration.of(value, unit);
        if (!other.isZero() && asked.compareTo(other) >= 0) {
            return other;
        }
        return asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
    }
}
