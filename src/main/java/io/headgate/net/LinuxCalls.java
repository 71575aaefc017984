package io.headgate.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few Linux system calls that neither the JDK nor Netty offers. A negative result is the number of the
 * error (errno), negated.
 */
final class LinuxCalls {

    static final int EINTR = 4;
    static final int EAGAIN = 11;

    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_SETPIPE_SZ = 1031;
    private static final long SIOCOUTQ = 0x5411;
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle PIPE2 = call("pipe2",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL = call("fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SPLICE = call("splice", FunctionDescriptor.of(JAVA_LONG, JAVA_INT,
            ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle IOCTL = call("ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(2));

    private LinuxCalls() {
    }

    @SuppressWarnings("restricted") // jvm.options and the manifest allow it
    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    /** Room for the error's number, which each thread or object that calls needs for itself. */
    static MemorySegment state() {
        return Arena.ofAuto().allocate(STATE);
    }

    /** Opens a pipe that does not block; both ends are written to the array. */
    static int pipe(MemorySegment state, int[] ends) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(JAVA_INT, 2);
            int result = (int) PIPE2.invokeExact(state, both, O_NONBLOCK | O_CLOEXEC);
            ends[0] = both.getAtIndex(JAVA_INT, 0);
            ends[1] = both.getAtIndex(JAVA_INT, 1);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Asks for another capacity of a pipe. */
    static int resizePipe(MemorySegment state, int pipe, int bytes) {
        try {
            int result = (int) FCNTL.invokeExact(state, pipe, F_SETPIPE_SZ, bytes);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void close(MemorySegment state, int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Moves at most so many bytes from one descriptor to another, one of them a pipe; never waits. */
    static long splice(MemorySegment state, int from, int to, long most) {
        try {
            long result = (long) SPLICE.invokeExact(state, from, MemorySegment.NULL, to, MemorySegment.NULL,
                    most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** How many bytes the peer of a socket has not confirmed. */
    static int unacknowledged(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment count = arena.allocate(JAVA_INT);
            int result = (int) IOCTL.invokeExact(state, socket, SIOCOUTQ, count);
            return result < 0 ? -errno(state) : count.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static AssertionError impossible(Throwable e) {
        return new AssertionError("a call of C's does not throw", e);
    }
}
