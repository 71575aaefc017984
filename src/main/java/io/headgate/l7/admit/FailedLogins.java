package io.headgate.l7.admit;

import io.netty.util.concurrent.Ticker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed logins by address, so that nobody tries passwords by the thousand. An IPv6 client is its /64,
 * because it has all addresses of it.
 */
final class FailedLogins {

    /** Failures of an address in {@link #WINDOW_SECONDS} until it has to wait for their end. */
    static final int MOST = 20;
    static final int WINDOW_SECONDS = 60;

    private static final int ADDRESSES = 20_000;

    private final Ticker ticker;
    private final Remembered<Long, Window> windows = new Remembered<>(ADDRESSES);

    private record Window(long since, AtomicInteger failures) {}

    FailedLogins(Ticker ticker) {
        this.ticker = ticker;
    }

    boolean areTooMany(@Nullable InetAddress address) {
        Window window = address == null ? null : current(key(address));
        return window != null && window.failures.get() >= MOST;
    }

    void add(@Nullable InetAddress address) {
        if (address == null) {
            return;
        }
        long key = key(address);
        Window window = current(key);
        if (window == null) {
            window = new Window(ticker.nanoTime(), new AtomicInteger());
            windows.put(key, window);
        }
        window.failures.incrementAndGet();
    }

    private @Nullable Window current(long key) {
        Window window = windows.get(key);
        return window == null
                || ticker.nanoTime() - window.since >= TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)
                        ? null
                        : window;
    }

    private static long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(bytes).getLong()
                : ByteBuffer.wrap(bytes).getInt();
    }
}
