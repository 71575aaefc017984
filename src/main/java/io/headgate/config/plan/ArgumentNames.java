package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.source.Nearest;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Looks for arguments of filters and predicates that their configuration does not have: the binder ignores
 * them, and a misspelled limit is no limit.
 */
final class ArgumentNames {

    /** The names that the short form, {@code Name=a, b}, gets. */
    private static final String GENERATED = "_genkey_";

    private ArgumentNames() {
    }

    /**
     * @param others the configurations that read arguments of this one too, by the name before the dot
     */
    static void check(String property, String name, Class<?> configuration, Map<String, String> args,
            Map<String, Class<?>> others, Faults faults) {
        for (String arg : args.keySet()) {
            String path = property + ".args." + arg;
            int dot = arg.indexOf('.');
            Class<?> other = dot < 0 ? null : others.get(arg.substring(0, dot));
            if (other != null) {
                check(path, arg.substring(dot + 1), name, other, args.get(arg), faults);
            } else if (!arg.startsWith(GENERATED)) {
                check(path, arg, name, configuration, args.get(arg), faults);
            }
        }
    }

    /** @param name as it follows the names of the parts that contain it */
    private static void check(String property, String name, String of, Class<?> configuration,
            @Nullable String value, Faults faults) {
        Map<String, String> known = names(configuration);
        if (known.isEmpty()) {
            return; // one that accepts any name, such as a map
        }
        String[] parts = name.split("[.\\[]", 2);
        String first = parts[0];
        if (known.containsKey(plain(first))) {
            Class<?> part = part(configuration, first);
            if (part != null && name.startsWith(first + ".")) {
                check(property, parts[1], of, part, value, faults);
            }
        } else {
            faults.add(property, value, "an argument of " + of,
                    Nearest.to(first, known.values()).map(near -> "Did you mean " + near + "?")
                            .orElse("Use one of " + String.join(", ", known.values()) + "."));
        }
    }

    /** The configuration of an argument with arguments of its own; null if the argument is a value. */
    private static @Nullable Class<?> part(Class<?> configuration, String name) {
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(configuration)) {
            Class<?> type = method.getReturnType();
            if (method.getName().equalsIgnoreCase("get" + name.replaceAll("[-_]", ""))
                    && method.getParameterCount() == 0 && type.getEnclosingClass() != null
                    && !type.isInterface() && !type.isEnum()) {
                return type;
            }
        }
        return null;
    }

    /** As they are compared and as they are written: every name that the binder would set or fill. */
    private static Map<String, String> names(Class<?> configuration) {
        Map<String, String> names = new TreeMap<>();
        if (Map.class.isAssignableFrom(configuration) || configuration == Object.class) {
            return names;
        }
        if (configuration.isRecord()) {
            for (RecordComponent component : configuration.getRecordComponents()) {
                names.put(plain(component.getName()), component.getName());
            }
            return names;
        }
        boolean sets = false;
        for (Method method : ReflectionUtils.getUniqueDeclaredMethods(configuration)) {
            boolean setter = method.getName().matches("set\\p{Lu}.*") && method.getParameterCount() == 1;
            boolean getter = method.getName().matches("(get|is)\\p{Lu}.*") && method.getParameterCount() == 0
                    && method.getDeclaringClass() != Object.class;
            if (setter || getter) {
                String name = method.getName().replaceFirst("^(set|get|is)", "");
                names.put(plain(name), Character.toLowerCase(name.charAt(0)) + name.substring(1));
                sets |= setter;
            }
        }
        return sets ? names : Map.of();
    }

    /** The binder treats {@code max-size}, {@code maxSize} and {@code MAX_SIZE} as the same name. */
    private static String plain(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }
}
