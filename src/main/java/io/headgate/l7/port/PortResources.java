package io.headgate.l7.port;

import io.headgate.net.Descriptors;
import io.headgate.net.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What a port's clients may take of the file descriptors and the memory of the process. The management port
 * is limited by neither, so that an operator always gets in.
 */
final class PortResources {

    /** Null for the management port. */
    private volatile @Nullable Descriptors descriptors;

    /** From now on the port's clients share these descriptors, and the memory, with all other clients. */
    void share(Descriptors shared) {
        descriptors = shared;
    }

    /** Whether a client waits to be accepted until another one leaves. */
    boolean isCrowded() {
        Descriptors shared = descriptors;
        return shared != null && shared.isContended();
    }

    /** Whether there are fewer descriptors than connections are allowed; zero allows any number. */
    boolean isScarce(int maxConnections) {
        Descriptors shared = descriptors;
        return shared != null
                && shared.half() < (maxConnections == 0 ? Integer.MAX_VALUE : maxConnections);
    }

    /** Whether the heap has no room for another connection, or for the rest of a head. */
    boolean isHeapGone() {
        return descriptors != null && Memory.PROCESS.isHeapGone();
    }

    /** Whether there is no memory for another request. */
    boolean isMemorySpent() {
        return descriptors != null && Memory.PROCESS.isSpent();
    }

    /** The same for a stream of HTTP/2, of which a connection may have a hundred. */
    boolean hasTooManyStreams() {
        return descriptors != null && Memory.PROCESS.hasTooManyStreams();
    }
}
