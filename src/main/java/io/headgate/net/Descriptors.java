package io.headgate.net;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients may be connected with the file descriptors that there are. The limit is the process's, so
 * there is one of these: {@link #PROCESS}.
 *
 * <p>
 * Each client may need a connection to a member as well. So clients get half of what is free at the start,
 * and the other half is left for members. When the clients' half is used up, nobody else is accepted: clients
 * wait in the kernel's queue, where they need no descriptor, until others leave. Each listening socket
 * accepts one client beyond the half: this is how it is known that somebody waits. From then on connections
 * are closed after their answers, until nobody waits.
 */
public final class Descriptors {

    /** Those of this process. */
    public static final Descriptors PROCESS = new Descriptors();

    /** If clients could be accepted for this long, nobody waits any more. */
    static final Duration PAUSE = Duration.ofMillis(50);

    /** For management, checks, names, files, and the listening sockets that a reload opens. */
    private static final int RESERVE = 32;
    /** One part in so many of what is free is left for pipes, each of which takes two. */
    private static final int PIPES = 16;

    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger members = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean contended;
    private volatile long limit = Long.MAX_VALUE;
    private volatile int half = Integer.MAX_VALUE;
    private volatile int pipes = Integer.MAX_VALUE;

    Descriptors() {
    }

    /** Looks at what there is, before the first client comes. */
    public void look() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            divide(system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount());
        }
    }

    /**
     * Divides what is free.
     *
     * @param most how many the process may have open; negative for no limit, as the JDK reports it
     * @param open how many are open before anybody has connected
     */
    void divide(long most, long open) {
        limit = most < 0 ? Long.MAX_VALUE : most;
        long free = Math.max(0, limit - Math.max(0, open) - RESERVE);
        pipes = Math.clamp(free / PIPES / 2, 0, Integer.MAX_VALUE);
        half = Math.clamp((free - free / PIPES) / 2, 1, Integer.MAX_VALUE);
    }

    /** How many files and sockets the process may have open. */
    public long limit() {
        return limit;
    }

    /** How many clients may be connected at once; the same number is left for members. */
    public int half() {
        return half;
    }

    /** How many clients are connected. */
    public int clients() {
        return clients.get();
    }

    /** How many pipes there may be. */
    int pipes() {
        return pipes;
    }

    /** A client has connected. */
    public void enter() {
        clients.incrementAndGet();
    }

    /** A client that had connected is gone. */
    public void leave() {
        clients.decrementAndGet();
        wake();
    }

    /** Whether there are more clients than there are descriptors for. */
    public boolean isFull() {
        return clients.get() > half;
    }

    /** Whether somebody waits to be accepted, or did until a moment ago. */
    public boolean isContended() {
        return contended;
    }

    /** Runs this once, on any thread, as soon as a client may be accepted. */
    void whenFree(Runnable accept) {
        if (isFull()) {
            contended = true;
        }
        waiting.add(accept);
        wake();
    }

    private void wake() {
        while (!waiting.isEmpty() && !isFull()) {
            Runnable accept = waiting.poll();
            if (accept != null) {
                accept.run();
            }
        }
    }

    /**
     * A socket has accepted clients for {@link #PAUSE}.
     *
     * @return false when there are too many clients still, so that nothing is known of those who wait
     */
    boolean calm() {
        if (isFull()) {
            return false;
        }
        contended = false;
        return true;
    }

    /** A connection to a member was opened. */
    public void opened() {
        members.incrementAndGet();
    }

    /** A connection to a member was closed. */
    public void closed() {
        members.decrementAndGet();
    }

    /** Whether so many of them are open that unused ones must make room. */
    public boolean isMembersHalfUsed() {
        return members.get() >= half;
    }
}
