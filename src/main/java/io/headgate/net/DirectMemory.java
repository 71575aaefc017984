package io.headgate.net;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** The memory outside the heap that buffers for sockets come from. The limit is the process's. */
public final class DirectMemory {

    private static final long LIMIT = PlatformDependent.estimateMaxDirectMemory();
    private static final BufferPoolMXBean BUFFERS = ManagementFactory
            .getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).findAny().orElseThrow();

    private DirectMemory() {
    }

    /** Bytes that there are: -XX:MaxDirectMemorySize, or else what the heap may have. */
    public static long limit() {
        return LIMIT;
    }

    /** Bytes that are reserved: Netty's own count, or where it does not count, the JDK's. */
    public static long used() {
        return Math.max(BUFFERS.getMemoryUsed(), PlatformDependent.usedDirectMemory());
    }
}
