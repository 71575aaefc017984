package io.headgate.observe.access;

import io.headgate.l4.ClosedConnection;
import io.headgate.l4.ConnectionListener;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Clock;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetSocketAddress;

/**
 * One line for each request and each layer 4 connection, at its end. An event loop makes its line in memory
 * that it uses again and again, copies it into its ring, and is done: it neither waits nor allocates. When
 * the writer cannot keep up, lines are dropped and counted, and no request is delayed.
 */
public final class AccessLog implements RequestListener, ConnectionListener, AutoCloseable {

    /** All rings together, at most this and a sixteenth of the heap. */
    private static final long MEMORY = 8L << 20;

    private final Layout layout;
    private final Selection selection;
    private final boolean all;
    private final Clock clock;
    private final LineWriter writer;
    private final int ringSize;
    private final FastThreadLocal<Desk> desks = new FastThreadLocal<>() {
        @Override
        protected Desk initialValue() {
            return new Desk();
        }
    };

    /**
     * Starts its thread; the file is opened with the first line.
     *
     * @param loops how many event loops will write lines
     */
    public AccessLog(AccessLogSpec spec, int loops, Clock clock) {
        this.layout = spec.layout();
        this.selection = spec.selection();
        this.all = spec.selection().isAll();
        this.clock = clock;
        this.writer = new LineWriter(spec.file() == null
                ? new StandardTarget()
                : new FileTarget(spec.file(), spec.rotation(), clock));
        long memory = Math.min(MEMORY, Runtime.getRuntime().maxMemory() / 16) / loops;
        this.ringSize = Math.max(4 * Line.LONGEST, Integer.highestOneBit((int) memory));
    }

    @Override
    public void served(ServedRequest request) {
        Desk desk = desks.get();
        desk.entry.fill(request, clock.wall().millis());
        desk.write();
    }

    @Override
    public void closed(ClosedConnection connection) {
        Desk desk = desks.get();
        desk.entry.fill(connection, clock.wall().millis());
        desk.write();
    }

    @Override
    public void refused(String listener, InetSocketAddress client, Reason reason) {
        Desk desk = desks.get();
        desk.entry.refused(listener, client, reason, clock.wall().millis());
        desk.write();
    }

    /** Writes the lines that are left, unless nobody takes them. */
    @Override
    public void close() {
        writer.close();
    }

    /** What one thread writes lines with. */
    private final class Desk {

        private final Entry entry = new Entry();
        private final Line line = new Line(layout.seconds());
        private final Ring ring = writer.ring(ringSize);
        /** Grows by the sample with each ordinary line, which is written when this reaches one. */
        private double share;

        void write() {
            if (!all && !isWanted()) {
                return;
            }
            line.clear();
            layout.write(entry, line);
            line.octet('\n');
            if (!ring.offer(line.bytes(), line.length())) {
                writer.dropped();
            }
            if (ring.isFilling()) {
                writer.hurry();
            }
        }

        private boolean isWanted() {
            if (!selection.takes(entry)) {
                return false;
            }
            if (entry.isFailure()) {
                return true;
            }
            share += selection.sample();
            if (share < 1) {
                return false;
            }
            share -= 1;
            return true;
        }
    }
}
