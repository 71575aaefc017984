package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.source.Metadata;
import io.headgate.config.source.Nearest;
import io.headgate.config.source.OtherWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeansException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.util.ClassUtils;

/**
 * Finds names that no jar on the class path reads, such as {@code server.prot}. Under the prefixes that a
 * gateway is made with they are faults. Elsewhere below {@code spring} and {@code logging} they are warnings,
 * because a library without metadata may read them. Names of other kinds are the user's own.
 */
final class KnownKeys {

    private static final List<String> STRICT = List.of("spring.cloud.gateway", "server", "management",
            "resilience4j");
    private static final List<String> LENIENT = List.of("spring", "logging");
    private static final List<String> ROOTS = List.of("headgate", "spring", "server", "management",
            "resilience4j", "logging");

    /** Of what has a name of the user's choice, of an endpoint or a factory: some of it is in no metadata. */
    private static final Pattern NAMED = Pattern.compile(
            "management\\.endpoint\\.[^.]+\\.(access|enabled|cache\\.timetolive)"
                    + "|management\\.health\\.[^.]+\\.enabled"
                    + "|spring\\.cloud\\.gateway\\.server\\.webflux\\.(filter|predicate|globalfilter)\\.[^.]+\\.enabled");

    /** What a list or map holds, which may be generic itself. */
    private static final Pattern ELEMENT = Pattern.compile("java\\.util\\.\\w+<(?:[^<,]+,)?([^<,]+)>");

    private static final String REMEDY = "Remove it, or correct its name: nothing on the class path reads it.";

    private final Metadata metadata;
    private final Faults faults;

    private KnownKeys(Metadata metadata, Faults faults) {
        this.metadata = metadata;
        this.faults = faults;
    }

    /**
     * Checks each.
     *
     * @param names as they are written in files and on the command line
     * @param told prefixes of names about which something else has been said
     */
    static void check(Collection<String> names, Collection<String> told, ConfigurableEnvironment environment,
            Faults faults) {
        KnownKeys keys = new KnownKeys(Metadata.ofClassPath(), faults);
        Set<String> seen = new TreeSet<>();
        for (String name : names) {
            if (told.stream().noneMatch(prefix -> isBelow(name, prefix))) {
                keys.check(name, environment, seen);
            }
        }
    }

    static boolean isBelow(String name, String prefix) {
        return name.startsWith(prefix)
                && (name.length() == prefix.length() || ".[".indexOf(name.charAt(prefix.length())) >= 0);
    }

    private void check(String name, ConfigurableEnvironment environment, Set<String> seen) {
        boolean strict = STRICT.stream().anyMatch(prefix -> isBelow(name, prefix));
        if (strict || LENIENT.stream().anyMatch(prefix -> isBelow(name, prefix))) {
            List<String> parts = parts(name);
            Unknown unknown = unknown(parts);
            if (unknown != null && seen.add(unknown.name())) {
                tell(name, unknown, strict);
            }
            return;
        }
        String root = parts(name).getFirst();
        if (!ROOTS.contains(root) && seen.add(root)) {
            Nearest.within(1, root, ROOTS).filter(near -> !isReferredTo(root, environment))
                    .ifPresent(near -> faults.add(name, "(not shown)", near + ", which is read",
                            "Did you mean " + near + "? Nothing reads what is below " + root + "."));
        }
    }

    /** Whether a value has a placeholder for something below this root. */
    private static boolean isReferredTo(String root, ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(source -> source instanceof EnumerablePropertySource<?>)
                .map(source -> (EnumerablePropertySource<?>) source)
                .anyMatch(source -> Arrays.stream(source.getPropertyNames())
                        .anyMatch(name -> String.valueOf(source.getProperty(name)).contains("${" + root)));
    }

    /**
     * A part of a name that is not known.
     *
     * @param name up to that part
     * @param siblings what is known in its place
     */
    private record Unknown(String name, List<String> siblings, Metadata.@Nullable Property removed) {}

    private @Nullable Unknown unknown(List<String> parts) {
        String whole = String.join(".", parts);
        Metadata.Property exact = metadata.find(whole);
        if (exact != null) {
            return exact.removed() ? new Unknown(whole, List.of(), exact) : null;
        }
        if (NAMED.matcher(Metadata.uniform(whole)).matches()) {
            return null;
        }
        for (int size = parts.size() - 1; size > 0; size--) {
            Metadata.Property above = metadata.find(String.join(".", parts.subList(0, size)));
            if (above != null && !above.removed()) {
                return isScalar(above.type()) ? whole(parts, size + 1) : inside(above, parts, size);
            }
        }
        int size = 1;
        while (size < parts.size() && !below(parts.subList(0, size)).isEmpty()) {
            size++;
        }
        return whole(parts, size);
    }

    private Unknown whole(List<String> parts, int size) {
        return new Unknown(String.join(".", parts.subList(0, size)),
                List.copyOf(below(parts.subList(0, size - 1))), null);
    }

    /** The next parts of all known names that begin with these. */
    private Set<String> below(List<String> parts) {
        String prefix = Metadata.uniform(String.join(".", parts)) + ".";
        return metadata.all().stream().filter(property -> !property.removed()).map(Metadata.Property::name)
                .filter(name -> Metadata.uniform(name).startsWith(prefix))
                .map(name -> parts(name).get(parts.size())).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isScalar(@Nullable String type) {
        return type != null && !type.endsWith("[]") && (type.startsWith("java.lang.")
                || type.equals("java.time.Duration")
                || type.equals("org.springframework.util.unit.DataSize"));
    }

    /** Looks into what a list or map holds: its elements are beans, such as a route. */
    private static @Nullable Unknown inside(Metadata.Property above, List<String> parts, int size) {
        Matcher element = ELEMENT.matcher(String.valueOf(above.type()));
        int at = String.valueOf(above.type()).startsWith("java.util.Map<") ? size + 1 : size;
        if (!element.matches() || at >= parts.size()) {
            return null;
        }
        List<String> known = properties(element.group(1));
        String part = Metadata.uniform(parts.get(at));
        return known.isEmpty() || known.stream().map(Metadata::uniform).anyMatch(part::equals)
                ? null
                : new Unknown(String.join(".", parts.subList(0, at + 1)), known, null);
    }

    /** What can be set in a bean; empty if it is none, or cannot be looked at. */
    private static List<String> properties(String type) {
        if (type.startsWith("java.")) {
            return List.of();
        }
        try {
            Class<?> bean = ClassUtils.forName(type, KnownKeys.class.getClassLoader());
            return bean.isEnum() || bean.isRecord() || bean.isInterface()
                    ? List.of()
                    : Arrays.stream(BeanUtils.getPropertyDescriptors(bean))
                            .map(property -> dashed(property.getName()))
                            .filter(name -> !name.equals("class")).toList();
        } catch (ClassNotFoundException | LinkageError | BeansException e) {
            return List.of();
        }
    }

    private static String dashed(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private void tell(String name, Unknown unknown, boolean strict) {
        String last = unknown.name().substring(unknown.name().lastIndexOf('.') + 1);
        Metadata.Property removed = unknown.removed();
        String expected = "a known property";
        String action;
        if (removed != null) {
            action = removed.replacement() == null
                    ? "Remove it: nothing reads it any more."
                    : "Write " + removed.replacement() + ": that is its name now.";
        } else {
            List<String> below = List.copyOf(below(parts(unknown.name())));
            if (!below.isEmpty()) {
                expected = "properties below it: " + String.join(", ", below);
            }
            action = below.isEmpty()
                    ? nearest(last, unknown)
                    : "Write " + unknown.name() + "." + (below.contains("enabled")
                            ? "enabled"
                            : below.getFirst()) + ", or another of these.";
        }
        if (name.startsWith(RouteDefinitions.PREFIX + ".routes.")) {
            expected = "a list: each element begins with -";
            action = "Write - id: " + last + " for the name, and what is below it beside it.";
        }
        if (strict) {
            faults.add(name, "(not shown)", expected, action);
        } else {
            faults.warn(name, "(not shown)", expected, action);
        }
    }

    private static String nearest(String last, Unknown unknown) {
        return OtherWords.of(last, unknown.siblings()).or(() -> Nearest.to(last, unknown.siblings()))
                .map(near -> "Did you mean " + near + "? There is no " + last + ".").orElse(REMEDY);
    }

    /** Without the numbers of list elements; the key of a map in brackets is one part. */
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        Matcher part = Pattern.compile("\\[([^]]*)]|[^.\\[]+").matcher(name);
        while (part.find()) {
            String key = part.group(1);
            if (key == null) {
                parts.add(part.group());
            } else if (!key.matches("\\d+")) {
                parts.add(key);
            }
        }
        return parts.isEmpty() ? List.of("") : parts;
    }
}
