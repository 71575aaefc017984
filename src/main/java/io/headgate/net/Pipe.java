package io.headgate.net;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A kernel pipe through which bytes go from one socket to another without being copied to the process
 * (Linux's splice). Used by one thread at a time.
 */
public final class Pipe {

    /** Returned by {@link #fill} and {@link #drain} if the socket has, or accepts, nothing now. */
    public static final long NOT_NOW = -LinuxCalls.EAGAIN;

    private final MemorySegment state;
    private final int out;
    private final int in;
    private long held;

    private Pipe(MemorySegment state, int out, int in) {
        this.state = state;
        this.out = out;
        this.in = in;
    }

    /**
     * Opens one with room for that many bytes in whole pages; what arrives in smaller pieces fills it
     * earlier.
     *
     * @throws IOException if the system has no more descriptors, or not that much room
     */
    static Pipe open(int capacity) throws IOException {
        MemorySegment state = LinuxCalls.state();
        int[] ends = new int[2];
        int opened = LinuxCalls.pipe(state, ends);
        if (opened < 0) {
            throw new IOException("a pipe cannot be opened (error " + -opened + ")");
        }
        Pipe pipe = new Pipe(state, ends[0], ends[1]);
        int resized = LinuxCalls.resizePipe(state, pipe.in, capacity);
        if (resized < 0) {
            pipe.close();
            throw new IOException(
                    "a pipe cannot have " + capacity + " bytes of room (error " + -resized + ")");
        }
        return pipe;
    }

    /** How many bytes are in it. */
    public long held() {
        return held;
    }

    /**
     * Takes what a socket has received.
     *
     * @return how many bytes, 0 at the stream's end, {@link #NOT_NOW}, or another negative number on an error
     */
    public long fill(int socket, long most) {
        long moved = move(socket, in, most);
        if (moved > 0) {
            held += moved;
        }
        return moved;
    }

    /**
     * Gives a socket what is held.
     *
     * @return how many bytes it took, {@link #NOT_NOW}, or another negative number on an error
     */
    public long drain(int socket) {
        long moved = move(out, socket, held);
        if (moved > 0) {
            held -= moved;
        }
        return moved;
    }

    private long move(int from, int to, long most) {
        long moved;
        do {
            moved = LinuxCalls.splice(state, from, to, most);
        } while (moved == -LinuxCalls.EINTR);
        return moved;
    }

    void close() {
        LinuxCalls.close(state, in);
        LinuxCalls.close(state, out);
    }
}
