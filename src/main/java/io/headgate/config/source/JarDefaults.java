package io.headgate.config.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
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
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;

/**
 * Applies the defaults in the jar wherever the configuration is read from: {@code spring.config.location}
 * names only the user's files and would otherwise exclude them.
 */
final class JarDefaults implements EnvironmentPostProcessor, Ordered {

    private static final String NAME = "application.yml";
    private static final Resource FILE = ours();

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        ClassPathResource first = new ClassPathResource(NAME, application.getClassLoader());
        String read = "Config resource '" + first.getDescription() + "'";
        if (!isOurs(first) || environment.getPropertySources().stream()
                .noneMatch(source -> source.getName().startsWith(read))) {
            DefaultPropertiesPropertySource.addOrMerge(defaults(), environment.getPropertySources());
        }
    }

    /** In an application that has Headgate as a library, the file of this name is the application's. */
    private static Resource ours() {
        Class<?> here = JarDefaults.class;
        URL classes = here.getResource(here.getSimpleName() + ".class");
        String root = String.valueOf(classes).replace(here.getName().replace('.', '/') + ".class", "");
        try {
            return UrlResource.from(root + NAME);
        } catch (UncheckedIOException e) {
            return new ClassPathResource(NAME, here.getClassLoader());
        }
    }

    private static boolean isOurs(Resource first) {
        try {
            return first.exists() && first.getURL().equals(FILE.getURL());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
