package io.headgate.l4;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How fast each client address connects: the generic cell rate algorithm (ITU-T I.371), which keeps one
 * number for each address, the time when its next connection would be due at an even pace. A connection may
 * come up to one second before that. Addresses whose time has passed are forgotten now and then.
 */
final class SourceRates {

    private static final long BURST = TimeUnit.SECONDS.toNanos(1);
    private static final int TAKES_BETWEEN_PURGES = 4096;

    private final Map<InetAddress, Long> due = new ConcurrentHashMap<>();
    private final AtomicInteger takes = new AtomicInteger();

    /** Counts a connection, unless the address is too fast. */
    boolean tryTake(InetAddress source, int perSecond, long now) {
        if (takes.incrementAndGet() % TAKES_BETWEEN_PURGES == 0) {
            due.values().removeIf(time -> time - now < 0);
        }
        long pace = BURST / perSecond;
        for (;;) {
            Long before = due.putIfAbsent(source, now + pace);
            if (before == null) {
                return true;
            }
            long next = (before - now < 0 ? now : before) + pace;
            if (next - now > BURST) {
                return false;
            }
            if (due.replace(source, before, next)) {
                return true;
            }
        }
    }

    /** How many addresses are remembered. */
    int size() {
        return due.size();
    }
}
