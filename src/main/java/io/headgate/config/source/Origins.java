package io.headgate.config.source;

import io.headgate.config.fault.Place;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
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
                return Place.of(found.getOrigin());
            }
        }
        return null;
    }
}
