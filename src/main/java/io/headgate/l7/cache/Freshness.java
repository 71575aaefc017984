package io.headgate.l7.cache;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For how long a stored answer may be used without asking (RFC 9111, 4.2). Time passes by the ticker, so that
 * a step of the wall clock makes nothing fresh or stale; the wall clock is compared with {@code Date} only.
 *
 * @param lifetime seconds
 * @param initialAge seconds that the answer was old when it came (RFC 9111, 4.2.3)
 * @param received when it came, in nanoseconds of the ticker
 */
record Freshness(long lifetime, long initialAge, long received) {

    /** The age of an answer whose Age field cannot be read. */
    private static final long OLD = CacheControl.FOREVER;

    /**
     * When an answer was asked for and came.
     *
     * @param asked nanoseconds of the ticker
     * @param received nanoseconds of the ticker
     * @param wall when it came, in milliseconds of the wall clock
     */
    record Times(long asked, long received, long wall) {}

    static Freshness of(HttpHeaders headers, long lifetime, Times times) {
        long delay = TimeUnit.NANOSECONDS.toSeconds(Math.max(0, times.received - times.asked));
        long apparent = Math.max(0, (times.wall - date(headers, times)) / 1000);
        long age = Math.max(apparent, age(headers.getAll(HttpHeaderNames.AGE)) + delay);
        return new Freshness(lifetime, Math.min(OLD, age), times.received);
    }

    /** When the answer was made, in milliseconds; when it came, if it does not say. */
    static long date(HttpHeaders headers, Times times) {
        Instant date = date(headers.get(HttpHeaderNames.DATE));
        return date == null ? times.wall : date.toEpochMilli();
    }

    /** Null if it is none of the three forms of RFC 9110, 5.6.7. */
    static @Nullable Instant date(@Nullable String text) {
        var date = text == null || text.isEmpty() ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }

    /**
     * An answer whose age cannot be told is stale: whoever says two ages has passed two caches or is wrong.
     */
    private static long age(List<String> lines) {
        if (lines.isEmpty()) {
            return 0;
        }
        String line = lines.getFirst().strip();
        boolean digits = !line.isEmpty() && line.chars().allMatch(c -> c >= '0' && c <= '9');
        return lines.size() > 1 || !digits ? OLD : line.length() > 9 ? OLD : Long.parseLong(line);
    }

    /** Its age in seconds. */
    long age(long now) {
        return initialAge + TimeUnit.NANOSECONDS.toSeconds(Math.max(0, now - received));
    }

    boolean isFresh(long now) {
        return staleFor(now) < 0;
    }

    /** For how many nanoseconds it has not been fresh any more; negative while it is. */
    long staleFor(long now) {
        return now - received - TimeUnit.SECONDS.toNanos(lifetime - initialAge);
    }

    /** Seconds that are left, or negative. */
    long left(long now) {
        return lifetime - age(now);
    }
}
