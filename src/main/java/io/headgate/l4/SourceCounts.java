package io.headgate.l4;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each client address has open. Holds only addresses with open connections. */
final class SourceCounts {

    private final Map<InetAddress, Integer> counts = new ConcurrentHashMap<>();

    /** Counts one more, unless there are already {@code max}. */
    boolean tryEnter(InetAddress source, int max) {
        for (;;) {
            Integer count = counts.putIfAbsent(source, 1);
            if (count == null) {
                return true;
            }
            if (count >= max) {
                return false;
            }
            if (counts.replace(source, count, count + 1)) {
                return true;
            }
        }
    }

    void leave(InetAddress source) {
        counts.computeIfPresent(source, (address, count) -> count == 1 ? null : count - 1);
    }

    /** How many addresses have connections open. */
    int size() {
        return counts.size();
    }
}
