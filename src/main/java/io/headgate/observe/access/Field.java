package io.headgate.observe.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a line may tell, in the order in which it is told. */
@SuppressWarnings("ImmutableEnumChecker") // of functions without state
public enum Field {
    /** {@code l7} or {@code l4}. */
    LAYER("headgate.layer", entry -> entry.layer, null),
    LISTENER("headgate.listener", entry -> entry.listener, null),
    CLIENT("client.address", entry -> entry.client, null),
    USER("user.name", entry -> entry.user, null),
    METHOD("http.request.method", entry -> entry.method, null),
    TARGET("url.original", entry -> entry.target, null),
    STATUS("http.response.status_code", null, entry -> entry.status),
    REASON("event.reason", entry -> entry.reason == null ? null : entry.reason.code(), null),
    DETAIL("message", entry -> entry.detail, null),
    ROUTE("headgate.route", entry -> entry.route, null),
    POOL("headgate.pool", entry -> entry.pool, null),
    MEMBER("headgate.member", entry -> entry.member, null),
    ATTEMPTS("headgate.attempts", null, entry -> entry.attempts),
    OUTCOME("headgate.outcome", entry -> entry.outcome, null),
    IN("http.request.body.bytes", null, entry -> entry.in),
    OUT("http.response.body.bytes", null, entry -> entry.out),
    SPLICED("headgate.spliced", null, entry -> entry.spliced),
    MICROS("headgate.micros", null, entry -> micros(entry.nanos)),
    LANE("headgate.lane", entry -> entry.lane, null),
    /** The value of {@code X-Request-Id}. */
    ID("http.request.id", entry -> entry.id, null),
    /** How long the request waited in the pool's queue. */
    QUEUED("headgate.queued", null, entry -> micros(entry.queued)),
    /** How long it took to connect to the last member. */
    CONNECTED("headgate.connected", null, entry -> micros(entry.connected)),
    /** From the request sent to the head of the last member's answer. */
    ANSWERED("headgate.answered", null, entry -> micros(entry.answered)),
    CACHE("headgate.cache", entry -> entry.cache, null),
    /** How a call of gRPC ended. */
    GRPC_STATUS("headgate.grpc_status", null, entry -> entry.grpcStatus);

    private final String code = name().toLowerCase(Locale.ROOT);
    private final String ecs;
    private final @Nullable Function<Entry, @Nullable String> text;
    private final @Nullable ToLongFunction<Entry> number;

    Field(String ecs, @Nullable Function<Entry, @Nullable String> text,
            @Nullable ToLongFunction<Entry> number) {
        this.ecs = ecs;
        this.text = text;
        this.number = number;
    }

    /**
     * The field of a name, as it stands in the configuration and in the lines.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Field named(String name) {
        return Arrays.stream(values()).filter(field -> field.code.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("field: " + name + " (expected: one of "
                        + Arrays.stream(values()).map(Field::code).collect(Collectors.joining(", "))
                        + ")"));
    }

    private static long micros(long nanos) {
        return nanos < 0 ? -1 : nanos / 1000;
    }

    public String code() {
        return code;
    }

    /** Its name in the Elastic Common Schema; what that does not know is below {@code headgate}. */
    String ecs() {
        return ecs;
    }

    boolean isNumber() {
        return number != null;
    }

    /** The value of a field that is text, null when the line has none. */
    @Nullable
    String text(Entry entry) {
        return text == null ? null : text.apply(entry);
    }

    /** The value of a field that is a number, -1 when the line has none. */
    long number(Entry entry) {
        return number == null ? -1 : number.applyAsLong(entry);
    }
}
