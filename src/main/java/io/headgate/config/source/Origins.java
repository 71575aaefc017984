package io.headgate.config.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;

/** Finds where a property is written. */
public final class Origins {

    private final Iterable<ConfigurationPropertySource> sources;

    public Origins(Environment environment) {
        this.sources = ConfigurationPropertySources.get(environment);
    }

    /** File, line and column, or the name of another source; null if the property does not exist. */
    @Nullable
    public String of(String property) {
        if (!ConfigurationPropertyName.isValid(property)) {
            return null;
        }
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        for (ConfigurationPropertySource source : sources) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return text(found.getOrigin());
            }
        }
        return null;
    }

    private static @Nullable String text(@Nullable Origin origin) {
        TextResourceOrigin text = WrittenText.place(origin);
        if (text != null && text.getResource() != null
                && text.getResource().getFilename() != null && text.getLocation() != null) {
            Path file = Path.of(text.getResource().getFilename());
            return file + ":" + (text.getLocation().getLine() + 1) + ":"
                    + (text.getLocation().getColumn() + 1);
        }
        return origin == null ? null : origin.toString();
    }
}
