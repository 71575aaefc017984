package io.headgate.config.source;

import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;

/**
 * Boot takes a list from the first source that has it: elements in other sources are not read, and are not
 * faults either. Boot's own handler knows that of {@code list[1]}, not of {@code list[1].name}.
 */
final class OverriddenLists {

    private OverriddenLists() {
    }

    static boolean contain(ConfigurationProperty property, Iterable<ConfigurationPropertySource> sources) {
        ConfigurationPropertyName name = property.getName();
        for (int size = name.getNumberOfElements(); size > 1; size--) {
            if (name.isNumericIndex(size - 1)
                    && !Objects.equals(property.getSource(), first(name.chop(size - 1), sources))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ConfigurationPropertySource first(ConfigurationPropertyName list,
            Iterable<ConfigurationPropertySource> sources) {
        return StreamSupport.stream(sources.spliterator(), false)
                .filter(source -> source.containsDescendantOf(list) == ConfigurationPropertyState.PRESENT)
                .findFirst().orElse(null);
    }
}
