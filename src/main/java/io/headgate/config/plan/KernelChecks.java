package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.KernelProperties;
import java.util.List;
import java.util.regex.Pattern;

/** Checks how this process uses the kernel. */
final class KernelChecks {

    /** A part of the table's name. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    private KernelChecks() {
    }

    static void check(KernelProperties kernel, Faults faults) {
        if (!NAME.matcher(kernel.instance()).matches()) {
            faults.add("headgate.kernel.instance", kernel.instance(),
                    "at most 32 lower-case letters, digits and hyphens", "Write such a name.");
        }
        if (!List.of("remove", "keep").contains(kernel.onStop())) {
            faults.add("headgate.kernel.on-stop", kernel.onStop(), "remove or keep",
                    "Write one of these values.");
        }
    }
}
