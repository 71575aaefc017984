package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.AccessLogProperties;
import io.headgate.config.properties.LogSelectionProperties;
import io.headgate.config.source.Nearest;
import io.headgate.health.StatusRanges;
import io.headgate.observe.access.AccessLogSpec;
import io.headgate.observe.access.Field;
import io.headgate.observe.access.Layout;
import io.headgate.observe.access.Rotation;
import io.headgate.observe.access.Selection;
import io.headgate.pool.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the properties of the access log and makes its spec. */
final class AccessLogCompiler {

    private static final String PATH = "headgate.access-log";

    private AccessLogCompiler() {
    }

    /**
     * Makes the spec.
     *
     * @param pools the names of all pools
     * @return null where there is no access log, or a fault makes a spec impossible
     */
    static @Nullable AccessLogSpec compile(AccessLogProperties properties, Set<String> pools, Faults faults) {
        int before = faults.found().size();
        List<Field> fields = fields(properties.fields(), faults);
        Layout layout = faults.parse(PATH + ".format", properties.format(),
                format -> Layout.of(format, fields),
                Nearest.to(properties.format(), Layout.NAMES).map(near -> "Did you mean " + near + "?")
                        .orElse("Take one of these names, or fields of docs/reference.md in braces."));
        if (layout != null && !properties.fields().isEmpty() && !layout.takesFields()) {
            faults.add(PATH + ".fields", properties.fields(), "none with the format " + properties.format(),
                    "Remove them: this format names its fields itself.");
        }
        Path file = properties.file() == null
                ? null
                : faults.parse(PATH + ".file", properties.file(), AccessLogCompiler::file,
                        "Name a file that this process may write.");
        faults.range(PATH + ".rotate.size", properties.rotate().size().toBytes(), 0, Long.MAX_VALUE);
        faults.duration(PATH + ".rotate.every", properties.rotate().every());
        faults.range(PATH + ".rotate.keep", properties.rotate().keep(), 0, 10_000);
        Selection selection = selection(properties, pools, faults);
        return !properties.enabled() || layout == null || selection == null || faults.found().size() > before
                ? null
                : new AccessLogSpec(layout, file, new Rotation(properties.rotate().size().toBytes(),
                        properties.rotate().every(), properties.rotate().keep()), selection);
    }

    private static List<Field> fields(List<String> names, Faults faults) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Field field = faults.parse("%s.fields[%d]".formatted(PATH, i), names.get(i), Field::named,
                    "Take names from this list.");
            if (field != null) {
                fields.add(field);
            }
        }
        return fields;
    }

    private static Path file(String text) {
        Path file = Path.of(text);
        if (text.isBlank() || Files.isDirectory(file) || (Files.exists(file) && !Files.isWritable(file))) {
            throw new IllegalArgumentException(text + " (expected: a file that can be written)");
        }
        return file;
    }

    private static @Nullable Selection selection(AccessLogProperties properties, Set<String> pools,
            Faults faults) {
        LogSelectionProperties only = properties.only();
        String path = PATH + ".only";
        StatusRanges statuses = only.status().isEmpty()
                ? null
                : faults.parse(path + ".status", String.join(",", only.status()), StatusRanges::parse,
                        "Write codes or ranges such as 500-599.");
        faults.duration(path + ".slower-than", only.slowerThan());
        known(path + ".reasons", only.reasons(), Arrays.stream(Reason.values()).map(Reason::code).toList(),
                "docs/reasons.md", faults);
        known(path + ".pools", only.pools(), pools, "headgate.pools", faults);
        if (!(properties.sample() > 0 && properties.sample() <= 1)) {
            faults.add(PATH + ".sample", properties.sample(), "a number above 0 and up to 1",
                    "Set a share such as 0.01 for one line of a hundred.");
        }
        return new Selection(statuses, only.slowerThan(), Set.copyOf(only.reasons()),
                Set.copyOf(only.routes()), Set.copyOf(only.pools()), properties.sample());
    }

    private static void known(String property, List<String> names, Iterable<String> known, String list,
            Faults faults) {
        List<String> all = new ArrayList<>();
        known.forEach(all::add);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!all.contains(name)) {
                faults.add("%s[%d]".formatted(property, i), name, "a name from " + list,
                        Nearest.to(name, all).map(near -> "Did you mean " + near + "?")
                                .orElse("Take one from there."));
            }
        }
    }
}
