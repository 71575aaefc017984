package io.headgate.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.net.Transport;
import io.netty.channel.epoll.Epoll;

/** Linux's epoll, which some tests need. If the environment wants every test, its absence is a failure. */
public final class NativeEpoll {

    private NativeEpoll() {
    }

    public static boolean isThere() {
        boolean available = Transport.best() == Transport.EPOLL;
        if (!available && "required".equals(System.getenv("HEADGATE_REAL_SERVERS"))) {
            throw new AssertionError("epoll is not available, and HEADGATE_REAL_SERVERS=required wants it",
                    Epoll.unavailabilityCause());
        }
        return available;
    }

    /** Skips a test that needs it, visibly. */
    public static void assume() {
        assumeTrue(isThere(), "epoll");
    }
}
