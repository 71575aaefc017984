package io.headgate.config.source;

import io.headgate.config.fault.Faults;
import io.headgate.config.fault.Place;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin.Location;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * The text in the file if YAML reads it as something else: YAML reads 0123 as 83, 12:30 as 750, and NO as
 * false. Such a name or duration would silently become another one.
 */
final class WrittenText {

    private final Map<Resource, Map<Location, String>> scalars = new HashMap<>();

    /**
     * The text of a value that YAML has changed.
     *
     * @return null if the value is as it was written, or was not read from a file
     */
    @Nullable
    String ofChanged(ConfigurationProperty property) {
        Object value = property.getValue();
        TextResourceOrigin origin = Place.inFile(property.getOrigin());
        if (value instanceof CharSequence || origin == null) {
            return null;
        }
        Resource file = origin.getResource();
        Location location = origin.getLocation();
        if (file == null || location == null) {
            return null;
        }
        String written = scalars.computeIfAbsent(file, WrittenText::read).get(location);
        return written == null || written.equals(String.valueOf(value)) ? null : written;
    }

    /** Whether a number is written in another way, and is the same one: 1_000, +5 or 0.50. */
    static boolean isSameNumber(String written, @Nullable Object value) {
        String plain = written.replace("_", "").replaceFirst("^\\+", "");
        return value instanceof Number number && plain.matches("-?(0|[1-9]\\d*)(\\.\\d*)?")
                && new BigDecimal(plain).compareTo(new BigDecimal(number.toString())) == 0;
    }

    /** Adds the fault of a changed value. */
    static void tell(String property, String written, @Nullable Object value, Faults faults) {
        faults.add(property, written, "the value as text: YAML reads " + written + " as " + value,
                "Put it in quotes: \"" + written + "\"; or write " + value + " if that is meant.");
    }

    /** The plain scalars of a file, by their position. */
    private static Map<Location, String> read(Resource file) {
        Map<Location, String> found = new HashMap<>();
        try (Reader reader = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
            new Yaml(new LoaderOptions()).parse(reader).forEach(event -> {
                if (event instanceof ScalarEvent scalar && scalar.isPlain()) {
                    found.put(new Location(scalar.getStartMark().getLine(),
                            scalar.getStartMark().getColumn()), scalar.getValue());
                }
            });
        } catch (IOException | YAMLException e) {
            return Map.of(); // changed since it was bound; the next reading reports it
        }
        return found;
    }
}
