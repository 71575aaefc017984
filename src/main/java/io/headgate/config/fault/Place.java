package io.headgate.config.fault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;

/** Where something is written. */
public final class Place {

    private Place() {
    }

    /** File, line and column, or what Boot says of another kind of source; null if there is no origin. */
    public static @Nullable String of(@Nullable Origin origin) {
        TextResourceOrigin text = inFile(origin);
        if (text != null && text.getResource() != null
                && text.getResource().getFilename() != null && text.getLocation() != null) {
            Path file = Path.of(text.getResource().getFilename());
            return file + ":" + (text.getLocation().getLine() + 1) + ":"
                    + (text.getLocation().getColumn() + 1);
        }
        return origin == null ? null : origin.toString();
    }

    /** The place in a file; null if it is somewhere else. */
    public static @Nullable TextResourceOrigin inFile(@Nullable Origin origin) {
        return origin instanceof PropertySourceOrigin wrapped
                ? inFile(wrapped.getOrigin())
                : origin instanceof TextResourceOrigin text ? text : null;
    }
}
