package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.OverloadProperties;

/** The marks of overload. */
final class OverloadChecks {

    private static final String PREFIX = "headgate.overload.";

    private OverloadChecks() {
    }

    static void check(OverloadProperties overload, Faults faults) {
        percent("heap", overload.heapSoft(), overload.heapHard(), faults);
        percent("direct-memory", overload.directMemorySoft(), overload.directMemoryHard(), faults);
        percent("descriptors", overload.descriptorsSoft(), overload.descriptorsHard(), faults);
        faults.duration(PREFIX + "loop-lag-soft", overload.loopLagSoft());
        faults.duration(PREFIX + "loop-lag-hard", overload.loopLagHard());
    }

    private static void percent(String trigger, int soft, int hard, Faults faults) {
        faults.range(PREFIX + trigger + "-soft", soft, 0, 100);
        faults.range(PREFIX + trigger + "-hard", hard, 0, 100);
    }
}
