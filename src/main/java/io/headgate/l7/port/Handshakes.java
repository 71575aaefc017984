package io.headgate.l7.port;

import java.util.concurrent.atomic.LongAdder;

/** Counts TLS handshakes with the clients of a port. */
public final class Handshakes {

    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void done() {
        done.increment();
    }

    void failed() {
        failed.increment();
    }

    /** Those that led to a connection. */
    public long completed() {
        return done.sum();
    }

    /** Those that did not: the client left, or does not trust the certificate, or took too long. */
    public long failures() {
        return failed.sum();
    }
}
