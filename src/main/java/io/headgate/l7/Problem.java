package io.headgate.l7;

import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is ours and no member's, in the form of RFC 9457 with the reason's code as an
 * extension. It says nothing about members or addresses: that is for the logs. Here for what is refused
 * before a lane has it; {@link Problems} for all other requests.
 */
public final class Problem {

    public static final String CONTENT_TYPE = "application/problem+json";

    /** The value of {@code Retry-After} with a 503, in seconds. */
    public static final String RETRY_AFTER = "1";

    private static final Map<Reason, byte[]> BODIES = new EnumMap<>(Reason.class);

    static {
        for (Reason reason : Reason.values()) {
            if (reason.where().isLayer7()) {
                BODIES.put(reason, render(reason, reason.description()));
            }
        }
    }

    private Problem() {
    }

    private static byte[] body(Reason reason) {
        return Objects.requireNonNull(BODIES.get(reason));
    }

    /**
     * The body for this reason; not to be written to.
     *
     * @param detail in place of the reason's description, has to be safe in JSON
     */
    public static byte[] body(Reason reason, @Nullable String detail) {
        return detail == null ? body(reason) : render(reason, detail);
    }

    private static byte[] render(Reason reason, String detail) {
        return """
                {"title":"%s","status":%d,"reason":"%s","detail":"%s"}
                """.formatted(HttpResponseStatus.valueOf(reason.status()).reasonPhrase(), reason.status(),
                reason.code(), detail).getBytes(StandardCharsets.UTF_8);
    }
}
