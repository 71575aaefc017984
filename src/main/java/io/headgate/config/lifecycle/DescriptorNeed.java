package io.headgate.config.lifecycle;

import io.headgate.config.plan.Plan;
import io.headgate.l4.ListenerSpec;
import io.headgate.net.Descriptors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the connections that are allowed with the file descriptors that there are. */
final class DescriptorNeed {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.descriptors");

    private DescriptorNeed() {
    }

    /** Says so in the log where clients could need more than there are: then some of them wait. */
    static void tell(Plan plan) {
        String need = shortage(plan, Descriptors.PROCESS);
        if (need != null) {
            LOG.info(
                    "max-connections: {} (expected: a lower limit, or a higher ulimit -n: more clients wait in the"
                            + " kernel's queue until others leave)",
                    need);
        }
    }

    /** What all connections that are allowed would need; null where there is enough. */
    static @Nullable String shortage(Plan plan, Descriptors descriptors) {
        long allowed = plan.clientLimits().maxConnections() + plan.listeners().values().stream()
                .map(ListenerSpec::limits)
                .mapToLong(limits -> limits.maxConnections()).sum();
        return allowed > descriptors.half()
                ? "%d connections are allowed, and %d file descriptors are enough for %d clients at once"
                        .formatted(
                                allowed, descriptors.limit(), descriptors.half())
                : null;
    }
}
