package io.headgate.config.reload;

import io.headgate.config.plan.RouteDefinitions;
import io.headgate.config.source.ConfigurationFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Finds the properties that are written otherwise than at the start, and cannot change while it runs. */
final class Restart {

    /** What is under these changes while it runs. */
    private static final List<ConfigurationPropertyName> CHANGEABLE = Stream
            .concat(LiveProperty.ALL.stream().map(LiveProperty::name),
                    Stream.of(RouteDefinitions.PREFIX + ".routes",
                            RouteDefinitions.PREFIX + ".default-filters", "spring.ssl.bundle.jks",
                            "spring.ssl.bundle.pem"))
            .map(ConfigurationPropertyName::of).toList();

    private Restart() {
    }

    static List<String> neededFor(ConfigurableEnvironment started, ConfigurableEnvironment next) {
        Set<String> names = new TreeSet<>(names(started));
        names.addAll(names(next));
        List<String> differ = new ArrayList<>();
        for (String name : names) {
            if (!isChangeable(ConfigurationPropertyName.adapt(name, '.'))
                    && !Objects.equals(started.getProperty(name), next.getProperty(name))) {
                differ.add(name);
            }
        }
        return differ;
    }

    private static boolean isChangeable(ConfigurationPropertyName name) {
        return CHANGEABLE.stream().anyMatch(live -> live.equals(name) || live.isAncestorOf(name));
    }

    private static Set<String> names(ConfigurableEnvironment environment) {
        Set<String> names = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (ConfigurationFiles.isRead(source) && source instanceof EnumerablePropertySource<?> readable) {
                names.addAll(List.of(readable.getPropertyNames()));
            }
        }
        return names;
    }
}
