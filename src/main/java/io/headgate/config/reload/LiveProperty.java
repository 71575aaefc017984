package io.headgate.config.reload;

import io.headgate.config.properties.HeadgateProperties;
import io.headgate.config.properties.Live;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

/**
 * A property of {@code headgate.*} that a reload changes at once.
 *
 * @param name its whole name
 * @param note for whom it changes, empty for everybody
 * @param value reads it
 */
public record LiveProperty(String name, String note, Function<HeadgateProperties, @Nullable Object> value) {

    /** What {@link Live} marks, in the order of the records. */
    public static final List<LiveProperty> ALL = below("headgate", HeadgateProperties.class, all -> all)
            .toList();

    private static Stream<LiveProperty> below(String name, Class<?> type,
            Function<HeadgateProperties, @Nullable Object> parent) {
        return Arrays.stream(type.getRecordComponents()).flatMap(component -> {
            String full = name + "." + DataObjectPropertyName.toDashedForm(component.getName());
            Function<HeadgateProperties, @Nullable Object> value = all -> value(component, parent.apply(all));
            Live live = component.getAnnotation(Live.class);
            if (live != null) {
                return Stream.of(new LiveProperty(full, live.value(), value));
            }
            return component.getType().isRecord() ? below(full, component.getType(), value) : Stream.empty();
        });
    }

    private static @Nullable Object value(RecordComponent component, @Nullable Object parent) {
        return parent == null ? null : ReflectionUtils.invokeMethod(component.getAccessor(), parent);
    }

    boolean differs(HeadgateProperties before, HeadgateProperties next) {
        return !Objects.equals(value.apply(before), value.apply(next));
    }
}
