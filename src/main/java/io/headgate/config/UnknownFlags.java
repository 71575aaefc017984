package io.headgate.config;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's options that this JVM does not know. It ignores them, because jvm.options says so: otherwise an
 * older Java would fail with a word about an option, instead of with the Java that Headgate needs.
 */
final class UnknownFlags {

    private static final String BEGINNING = "-XX:";

    private UnknownFlags() {
    }

    static List<String> ofThisJvm() {
        return among(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    static List<String> among(List<String> arguments) {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return arguments.stream().filter(argument -> argument.startsWith(BEGINNING))
                .filter(argument -> !isKnown(flags, argument)).toList();
    }

    private static boolean isKnown(@Nullable HotSpotDiagnosticMXBean flags, String argument) {
        String name = argument.substring(BEGINNING.length()).replaceFirst("^[+-]", "").replaceFirst("=.*",
                "");
        if (flags == null || name.endsWith("File") || name.equals("Flags")) {
            return true; // a file of options is no option itself
        }
        try {
            return flags.getVMOption(name) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
