package io.headgate.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Every file descriptor that was left to this process. The test is skipped where that would be too many, but
 * fails where everything is required, as in CI.
 */
public final class Hoard implements AutoCloseable {

    private static final long REASONABLE = 100_000;

    private final Deque<FileInputStream> files = new ArrayDeque<>();

    public Hoard() {
        boolean few = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() <= REASONABLE;
        if (!few && "required".equals(System.getenv("HEADGATE_REAL_SERVERS"))) {
            throw new AssertionError("more than " + REASONABLE
                    + " files may be open, and HEADGATE_REAL_SERVERS=required wants the test (ulimit -n)");
        }
        assumeTrue(few, "at most " + REASONABLE + " open files (ulimit -n)");
    }

    public void takeAll() {
        try {
            for (;;) {
                files.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // all taken
        }
    }

    public void giveOneBack() throws IOException {
        files.pop().close();
    }

    public void giveAllBack() throws IOException {
        while (!files.isEmpty()) {
            giveOneBack();
        }
    }

    /** Whether each of them is still what it was. */
    public boolean isWhole() throws IOException {
        for (FileInputStream file : files) {
            if (file.read() != -1) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        giveAllBack();
    }
}
