package io.headgate.config.source;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Which files Boot is going to read: those at its locations, those of the active profiles next to them, and
 * the files that they import. It need not find all: it only serves a better message.
 */
final class YamlFiles {

    private static final String DEFAULT_LOCATIONS = "file:./,file:./config/";
    private static final String PROPERTIES = ".properties";
    private static final List<String> ENDINGS = List.of(".yml", ".yaml", PROPERTIES);

    private final ConfigurableEnvironment environment;
    private final Set<Path> files = new LinkedHashSet<>();
    private final Set<String> profiles = new LinkedHashSet<>();

    private YamlFiles(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    static Set<Path> of(ConfigurableEnvironment environment) {
        Set<Path> files = withProperties(environment);
        files.removeIf(YamlFiles::isProperties);
        return files;
    }

    /** And those in Java's own format. */
    static Set<Path> withProperties(ConfigurableEnvironment environment) {
        YamlFiles found = new YamlFiles(environment);
        found.profiles.addAll(parts(environment.getProperty("spring.profiles.active", "")));
        String none = "";
        found.locations(environment.getProperty("spring.config.location", DEFAULT_LOCATIONS), null);
        found.locations(environment.getProperty("spring.config.additional-location", none), null);
        found.locations(environment.getProperty("spring.config.import", none), null);
        for (Path file : List.copyOf(found.files)) {
            found.profiles.forEach(profile -> found.add(beside(file, profile)));
        }
        return found.files;
    }

    private static boolean isProperties(Path file) {
        return file.toString().endsWith(PROPERTIES);
    }

    private static List<String> parts(String list) {
        return List.of(list.split("[,;]", -1)).stream().map(String::strip).filter(part -> !part.isEmpty())
                .toList();
    }

    private static Path beside(Path file, String profile) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(name.substring(0, dot) + "-" + profile + name.substring(dot));
    }

    /**
     * Adds the files at these locations.
     *
     * @param from the file that names them, to which a location without a scheme is relative
     */
    private void locations(String list, @Nullable Path from) {
        for (String part : parts(list)) {
            String path = part.replaceFirst("^optional:", "");
            if (path.contains("*")) {
                continue;
            }
            if (path.startsWith("file:")) {
                location(Path.of(""), path.substring("file:".length()));
            } else if (!path.matches("[a-z]+:.*")) {
                location(from == null ? Path.of("") : from.resolveSibling(""), path);
            }
        }
    }

    private void location(Path base, String path) {
        if (path.endsWith("/")) {
            ENDINGS.forEach(ending -> add(base.resolve(path).resolve("application" + ending)));
        } else if (ENDINGS.stream().anyMatch(path::endsWith)) {
            add(base.resolve(path));
        }
    }

    private void add(Path file) {
        if (!Files.isRegularFile(file) || !files.add(file) || isProperties(file)) {
            return;
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader)) {
                profiles.addAll(parts(text(document, "spring.profiles.active")));
                locations(text(document, "spring.config.import"), file);
            }
        } catch (IOException | YAMLException e) {
            // the reader of the files reports it
        }
    }

    /** The value of a property, however it is nested; the elements of a list are joined. */
    private String text(@Nullable Object node, String name) {
        if (!(node instanceof Map<?, ?> map)) {
            return "";
        }
        List<String> found = new ArrayList<>();
        map.forEach((key, value) -> {
            if (name.equals(key)) {
                List<?> all = value instanceof List<?> list ? list : List.of(String.valueOf(value));
                all.forEach(each -> found.add(environment.resolvePlaceholders(String.valueOf(each))));
            } else if (name.startsWith(key + ".")) {
                found.add(text(value, name.substring(String.valueOf(key).length() + 1)));
            }
        });
        return String.join(",", found);
    }
}
