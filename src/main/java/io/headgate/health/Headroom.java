package io.headgate.health;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * File descriptors that must be left before a process is started. Starting one takes ten for a moment; where
 * the JDK (25 and earlier) gets fewer, it closes two numbers that it has not set, which may be anybody's
 * sockets: a client's, a member's, or the log. The others are for what is accepted meanwhile.
 */
final class Headroom {

    private static final int DESCRIPTORS = 128;
    private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getOperatingSystemMXBean();

    private Headroom() {
    }

    /**
     * Counts them.
     *
     * @throws IOException when there are not enough
     */
    static void require() throws IOException {
        if (SYSTEM instanceof UnixOperatingSystemMXBean unix && left(unix) < DESCRIPTORS) {
            throw new IOException(
                    "Too many open files: a command is run while " + DESCRIPTORS + " more can be opened");
        }
    }

    private static long left(UnixOperatingSystemMXBean unix) {
        try {
            return unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
        } catch (InternalError e) {
            return 0; // counting takes one
        }
    }
}
