package io.headgate.l4.kernel;

import io.headgate.l4.Connection;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that the kernel carries, as it was when it was asked. */
record KernelConnection(String listener, TrackedConnection entry, @Nullable Member member, Instant openedAt,
        Consumer<TrackedConnection> cut) implements Connection {

    /** The kernel's numbers have 32 bits; those of connections that are relayed begin at 1. */
    private static final long KERNEL_IDS = 1L << 40;

    @Override
    public long id() {
        return KERNEL_IDS + entry.id();
    }

    @Override
    public InetSocketAddress client() {
        return entry.client();
    }

    @Override
    public long bytesIn() {
        return entry.bytesIn();
    }

    @Override
    public long bytesOut() {
        return entry.bytesOut();
    }

    /** All of it. */
    @Override
    public long bytesSpliced() {
        return entry.bytesIn() + entry.bytesOut();
    }

    @Override
    public void close(Reason reason) {
        cut.accept(entry);
    }
}
