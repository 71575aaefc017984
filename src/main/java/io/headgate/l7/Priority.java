package io.headgate.l7;

import io.headgate.net.Overload;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which requests are refused first when there is more to do than can be done. */
public enum Priority {

    /** Never for that. */
    CRITICAL(null),
    /** At the hard mark. */
    NORMAL(Overload.Level.HARD),
    /** At the soft mark already. */
    SHEDDABLE(Overload.Level.SOFT);

    /** The name in the metadata of a route. */
    public static final String METADATA = "priority";

    private final Overload.@Nullable Level shed;

    Priority(Overload.@Nullable Level shed) {
        this.shed = shed;
    }

    /** What is written in a route's metadata; empty for anything else. */
    public static Optional<Priority> parse(Object text) {
        return Arrays.stream(values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(String.valueOf(text)))
                .findFirst();
    }

    /** That of a route; normal unless its metadata has another. */
    public static Priority of(Map<String, Object> metadata) {
        Object written = metadata.get(METADATA);
        return written == null ? NORMAL : parse(written).orElse(NORMAL);
    }

    /** Whether new requests are refused now. */
    public boolean isShed(Overload overload) {
        return shed != null && overload.level().compareTo(shed) >= 0;
    }

    /** Whether that can happen with these marks. */
    public boolean mayBeShed(Overload overload) {
        return shed != null && overload.mayBe(shed);
    }
}
