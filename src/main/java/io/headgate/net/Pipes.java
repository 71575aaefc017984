package io.headgate.net;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends pipes; never more than a fixed number, as each takes two descriptors. Nobody keeps one that is empty,
 * so a few serve any number of connections whose peers keep up. Safe for all threads.
 */
public final class Pipes implements AutoCloseable {

    /** Linux lets a user without privileges have as much without asking (fs.pipe-max-size). */
    public static final int CAPACITY = 1 << 20;

    private static final int MOST = 128;
    private static final int MOST_IDLE = 16;
    private static final Logger log = LoggerFactory.getLogger(Pipes.class);

    private final Deque<Pipe> idle = new ArrayDeque<>();
    private int open;
    private boolean closed;
    private boolean failing;

    /** Whether this machine has them and this transport's sockets may be used with them. */
    public static boolean usableWith(Transport transport) {
        return transport == Transport.EPOLL && Epoll.isAvailable();
    }

    /** An empty pipe, null when there is none to be had. */
    public synchronized @Nullable Pipe take() {
        Pipe pipe = idle.pollLast();
        return pipe != null || open >= Math.min(MOST, Descriptors.PROCESS.pipes()) || closed ? pipe : open();
    }

    private @Nullable Pipe open() {
        try {
            Pipe pipe = Pipe.open(CAPACITY);
            open++;
            failing = false;
            return pipe;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                log.warn("Bytes are copied instead of spliced: {}", e.getMessage());
            }
            return null;
        }
    }

    /** Takes a pipe back; what is still in it is thrown away. */
    public synchronized void give(Pipe pipe) {
        if (pipe.held() == 0 && idle.size() < MOST_IDLE && !closed) {
            idle.addLast(pipe);
        } else {
            open--;
            pipe.close();
        }
    }

    /** How many there are, lent or not. */
    public synchronized int size() {
        return open;
    }

    @Override
    public synchronized void close() {
        closed = true;
        open -= idle.size();
        idle.forEach(Pipe::close);
        idle.clear();
    }
}
