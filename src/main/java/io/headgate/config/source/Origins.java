package io.headgate.config.source;

import io.headgate.config.fault.Place;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Finds where a property is written. */
public final class Origins {

    /** What has more parts is somewhere in a part of the file that tells where to look. */
    private static final int DEEP = 3;

    private final Iterable<ConfigurationPropertySource> sources;

    public Origins(Environment environment) {
        this.sources = ConfigurationPropertySources.get(environment);
    }

    /**
     * File, line and column, or the name of another source. If the property is missing there, it is the place
     * of what is below it, of the value that holds it, or of what stands beside it; null if there is none.
     */
    @Nullable
    public String of(String property) {
        if (!ConfigurationPropertyName.isValid(property)) {
            return null;
        }
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        String place = at(name);
        if (place == null) {
            place = below(name);
        }
        if (place == null && name.getNumberOfElements() > DEEP) {
            place = at(name.getParent());
        }
        return place != null || name.getNumberOfElements() <= DEEP ? place : below(name.getParent());
    }

    private @Nullable String at(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : sources) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return Place.of(found.getOrigin());
            }
        }
        return null;
    }

    private @Nullable String below(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource names
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                for (ConfigurationPropertyName each : names) {
                    if (name.isAncestorOf(each)) {
                        return at(each);
                    }
                }
            }
        }
        return null;
    }
}
