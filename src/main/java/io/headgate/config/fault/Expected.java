package io.headgate.config.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.unit.DataSize;

/** Says what a value of a type looks like in a file. */
public final class Expected {

    private Expected() {
    }

    public static String of(Class<?> type) {
        if (type == Duration.class) {
            return "a duration such as 500ms, 2s or 5m";
        }
        if (type == DataSize.class) {
            return "a size such as 64KB or 10MB";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.stream(type.getEnumConstants())
                    .map(each -> each.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", "));
        }
        if (type.isRecord()) {
            return "properties below it: " + Arrays.stream(type.getRecordComponents())
                    .map(each -> DataObjectPropertyName.toDashedForm(each.getName()))
                    .collect(Collectors.joining(", "));
        }
        if (Map.class.isAssignableFrom(type)) {
            return "names below it, with properties below each";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "a " + type.getSimpleName();
    }
}
