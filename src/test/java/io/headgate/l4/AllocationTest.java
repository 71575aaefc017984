package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.testing.RawServer;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What relaying costs the garbage collector: nothing for each read. */
class AllocationTest {

    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 20_000;
    private static final int MESSAGE = 1000;
    /** For ticks of the wheel and other things that do not depend on the number of reads. */
    private static final long OTHERWISE = 400_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private Level level = Level.DISABLED;

    /** Tracking buffers allocates for each. */
    @BeforeEach
    void withoutLeakDetection() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(Level.DISABLED);
    }

    @AfterEach
    void withLeakDetection() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void aMessageThatIsRelayedAllocatesNothing() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            talk(client, WARM_UP);
            long before = allocatedByLoops();
            talk(client, ROUNDS);
            long each = (allocatedByLoops() - before) / (2 * ROUNDS);
            assertThat(allocatedByLoops() - before).as("%d bytes for each read", each).isLessThan(OTHERWISE);
        }
    }

    private static void talk(Socket client, int rounds) throws IOException {
        OutputStream out = client.getOutputStream();
        InputStream in = client.getInputStream();
        byte[] message = new byte[MESSAGE];
        for (int i = 0; i < rounds; i++) {
            out.write(message);
            if (in.readNBytes(message, 0, MESSAGE) < MESSAGE) {
                throw new IOException("ended");
            }
        }
    }

    private long allocatedByLoops() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(t -> t != null && t.getThreadName().startsWith("headgate-"))
                .mapToLong(t -> threads.getThreadAllocatedBytes(t.getThreadId())).sum();
    }
}
