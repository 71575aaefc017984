package io.headgate.config.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * Applies the defaults in the jar wherever the configuration is read from: {@code spring.config.location}
 * names only the user's files and would otherwise exclude them.
 */
final class JarDefaults implements EnvironmentPostProcessor, Ordered {

    private static final ClassPathResource FILE = new ClassPathResource("application.yml");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String read = "Config resource '" + FILE.getDescription() + "'";
        if (environment.getPropertySources().stream()
                .noneMatch(source -> source.getName().startsWith(read))) {
            DefaultPropertiesPropertySource.addOrMerge(defaults(), environment.getPropertySources());
        }
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new HashMap<>();
        try {
            for (PropertySource<?> document : new YamlPropertySourceLoader().load("defaults", FILE)) {
                for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                    defaults.put(name, document.getProperty(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return defaults;
    }

    /** When Boot has read its files. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
