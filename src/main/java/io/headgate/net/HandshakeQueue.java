package io.headgate.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients of one event loop whose ClientHello has been read, and whose TLS handshake has yet to begin.
 *
 * <p>
 * To begin a handshake takes milliseconds of the loop, for a signature. If thousands of clients came at once
 * and each handshake began at once, all would begin before the first could finish. Each would last as long as
 * all of them together, which is longer than a handshake may take, and the work would be lost. So handshakes
 * begin in turn, and after every few the loop looks at its sockets. What has begun is finished first, other
 * connections go on, and the time limit of a handshake begins when the handshake does.
 */
public final class HandshakeQueue implements Runnable {

    private static final FastThreadLocal<HandshakeQueue> OF_LOOP = new FastThreadLocal<>();
    /** How long handshakes are begun before the loop looks at its sockets. */
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Logger log = LoggerFactory.getLogger(HandshakeQueue.class);

    private final EventExecutor loop;
    private final Ticker ticker;
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    HandshakeQueue(EventExecutor loop, Ticker ticker) {
        this.loop = loop;
        this.ticker = ticker;
    }

    /**
     * Begins a handshake when its turn comes. The client may have left by then.
     *
     * @param loop the client's, on whose thread this is called
     */
    public static void add(EventExecutor loop, Runnable handshake) {
        HandshakeQueue queue = OF_LOOP.get();
        if (queue == null || !queue.loop.equals(loop)) {
            queue = new HandshakeQueue(loop, Ticker.systemTicker());
            OF_LOOP.set(queue);
        }
        queue.add(handshake);
    }

    void add(Runnable handshake) {
        waiting.add(handshake);
        if (waiting.size() == 1) {
            runLater();
        }
    }

    /** Not at once, as a task would be: a timer runs after the sockets have been looked at. */
    private void runLater() {
        Future<?> _ = loop.schedule(this, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        long began = ticker.nanoTime();
        do {
            begin(waiting.peek());
            waiting.remove();
        } while (!waiting.isEmpty() && ticker.nanoTime() - began < TURN);
        if (!waiting.isEmpty()) {
            runLater();
        }
    }

    private static void begin(Runnable handshake) {
        try {
            handshake.run();
        } catch (RuntimeException | Error e) { // the others must not wait for ever
            log.error("A TLS handshake could not begin", e);
        }
    }
}
