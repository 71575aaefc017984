package io.headgate.observe.access;

import io.headgate.observe.output.Drops;
import io.headgate.observe.output.LastLines;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries lines from the rings to their target, on a thread of its own. While lines come it waits a little
 * between two rounds, so that each round writes many at once; nobody has to wake it for that.
 */
final class LineWriter implements AutoCloseable {

    private static final long BATCH = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ROUNDS_BETWEEN_NOTICES = 50;
    private static final int CHUNK = 2 * Line.LONGEST;

    private final Target target;
    private final Drops drops = Drops.of("access");
    private final List<Ring> rings = new CopyOnWriteArrayList<>();
    private final byte[] chunk = new byte[CHUNK];
    private final Thread thread;
    private volatile boolean woken;
    private volatile boolean ending;
    private volatile long written;
    private long told = drops.count();
    private long rounds;

    LineWriter(Target target) {
        this.target = target;
        thread = new Thread(this::run, "headgate-access-log");
        thread.setDaemon(true);
        thread.start();
    }

    Ring ring(int size) {
        Ring ring = new Ring(size);
        rings.add(ring);
        return ring;
    }

    void dropped() {
        drops.add();
    }

    /** A ring fills up faster than this thread comes by. Called by any thread. */
    void hurry() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            boolean wrote;
            boolean last;
            do {
                last = ending;
                woken = false;
                wrote = drain();
                target.rest();
                tellDrops();
                if (!last) {
                    LockSupport.parkNanos(this, wrote ? BATCH : IDLE);
                }
            } while (!last || wrote);
        } finally {
            target.close();
        }
    }

    private boolean drain() {
        boolean wrote = false;
        for (Ring ring : rings) {
            for (int length = ring.peek(chunk); length > 0; length = ring.peek(chunk)) {
                int whole = length;
                while (chunk[whole - 1] != '\n') { // a line that the chunk has no room for comes next
                    whole--;
                }
                write(whole);
                ring.free(whole);
                wrote = true;
            }
        }
        return wrote;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
    private void write(int length) {
        try {
            target.write(chunk, length);
        } catch (Throwable _) { // a full disk, a broken pipe, no memory: the next lines may be luckier
            drops.add(lines(length));
        }
        written++;
    }

    private int lines(int length) {
        int lines = 0;
        for (int i = 0; i < length; i++) {
            lines += chunk[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private void tellDrops() {
        long dropped = drops.count();
        if (dropped != told && ++rounds >= ROUNDS_BETWEEN_NOTICES) {
            rounds = 0;
            drops.tell(dropped - told);
            told = dropped;
        }
    }

    /** Writes what is left, unless nobody takes it. */
    @Override
    public void close() {
        ending = true;
        LockSupport.unpark(thread);
        LastLines.await(() -> !thread.isAlive(), () -> written);
    }
}
