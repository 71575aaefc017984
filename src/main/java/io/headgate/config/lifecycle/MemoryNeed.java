package io.headgate.config.lifecycle;

import io.headgate.config.plan.Plan;
import io.headgate.net.Memory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the connections that are allowed with the memory that there is. */
final class MemoryNeed {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.memory");

    private static final long MB = 1024 * 1024;
    /** Buffers of a connection whose peer does not read, while memory is nearly exhausted. */
    private static final long BUFFERS = 4 * 1024;
    /** Heap for each connection, by layer. */
    private static final long HEAP_7 = 8 * 1024;
    private static final long HEAP_4 = 4 * 1024;
    /** The heap that the application needs without any connection. */
    private static final long APPLICATION = 40 * MB;

    private MemoryNeed() {
    }

    /** Warns if clients could need more than there is: some of them would then be refused. */
    static void tell(Plan plan) {
        long heap = Runtime.getRuntime().maxMemory();
        String need = shortage(plan, heap, Memory.PROCESS.limit());
        if (need != null) {
            LOG.warn("max-connections: {} (expected: a lower limit, or more memory: with {} MB of heap and"
                    + " {} MB for buffers some of them would be refused with memory-short)", need, heap / MB,
                    Memory.PROCESS.limit() / MB);
        }
    }

    private static long connections(Plan plan, boolean http) {
        return plan.listeners().values().stream()
                .filter(listener -> plan.httpListeners().containsKey(listener.name()) == http)
                .mapToLong(listener -> listener.limits().maxConnections()).sum();
    }

    /** The need of all connections that are allowed; null if there is enough. */
    static @Nullable String shortage(Plan plan, long heap, long buffers) {
        long layer7 = plan.clientLimits().maxConnections();
        layer7 += connections(plan, true);
        long layer4 = connections(plan, false);
        long needsHeap = APPLICATION + layer7 * HEAP_7 + layer4 * HEAP_4;
        long needsBuffers = (layer7 + layer4) * BUFFERS;
        return needsHeap > heap || needsBuffers > buffers
                ? "%d connections need %d MB of heap and %d MB for buffers".formatted(layer7 + layer4,
                        needsHeap / MB, needsBuffers / MB)
                : null;
    }
}
