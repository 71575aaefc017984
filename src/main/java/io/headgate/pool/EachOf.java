package io.headgate.pool;

import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several that do not depend on each other: what fails for one of them is done for the others all the same.
 */
public final class EachOf {

    private EachOf() {
    }

    /** Does this for each of them. Throws the first failure, with the others suppressed, in the end. */
    public static <T> void all(Collection<T> all, Consumer<? super T> action) {
        Throwable first = null;
        for (T each : all) {
            try {
                action.accept(each);
            } catch (RuntimeException | Error e) {
                first = added(first, e);
            }
        }
        switch (first) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {
            }
        }
    }

    private static Throwable added(@Nullable Throwable first, Throwable next) {
        if (first == null || first.equals(next)) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
