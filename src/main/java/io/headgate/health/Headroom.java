package io.headgate.health;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * File descriptors that must be left before a process is started. Starting one takes ten for a moment. If the
 * JDK (25 and earlier) gets fewer, it closes two descriptors that it never opened, which may be a client's
 * socket, a member's, or the log. The rest of the number is for connections that are accepted meanwhile.
 */
final class Headroom {

    private static final int DESCRIPTORS = 128;
    private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getOperatingSystemMXBean();

    private Headroom() {
    }

    /**
     * Fails if too few are left.
     *
     * @throws IOException when there are not enough
     */
    static void require() throws IOException {
        if (SYSTEM instanceof UnixOperatingSystemMXBean unix && left(unix) < DESCRIPTORS) {
            throw new IOException(
                    "Too many open files: a command runs only if " + DESCRIPTORS + " more can be opened");
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
