package io.headgate.health;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check's connection as a bare socket of epoll's. Checks are what an idle gateway does, and nearly all they
 * cost is to make a channel with its pipeline, its options and its promises, and to take it apart again; this
 * makes half of the calls to the system and hardly an object. Everything happens on one event loop.
 */
abstract class BareProbe implements EpollIoHandle {

    /** Reported once each: connected, something has come, the end. */
    private static final EpollIoOps EVENTS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT)
            .with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);

    private static final Logger LOG = LoggerFactory.getLogger(BareProbe.class);

    static final int BUFFER = 4096;

    /** What is sent and read is in it only during one call. */
    private static final FastThreadLocal<ByteBuffer> SCRATCH = new FastThreadLocal<>() {

        @Override
        protected ByteBuffer initialValue() {
            return ByteBuffer.allocateDirect(BUFFER);
        }
    };

    private final IoEventLoop loop;
    private final InetSocketAddress address;
    private final Promise<Finding> finding;
    private final Promise<@Nullable Void> held;
    private final Socket socket;
    private @Nullable IoRegistration registration;
    private boolean connected;
    private boolean over;

    /**
     * Opens a socket.
     *
     * @throws RuntimeException if there is none
     */
    BareProbe(IoEventLoop loop, InetSocketAddress address, Promise<Finding> finding) {
        this.loop = loop;
        this.address = address;
        this.finding = finding;
        this.held = loop.newPromise();
        this.socket = Socket.newSocketStream();
    }

    /** Before it connects. */
    abstract void prepare(Socket socket) throws IOException;

    /** It is connected. */
    abstract void connected(Socket socket, ByteBuffer scratch) throws IOException;

    /** This many bytes have come, which are in the buffer. */
    abstract void received(ByteBuffer scratch, int count) throws IOException;

    /** There is a finding: what is left to do before the connection is closed. */
    abstract void found();

    /** The member has ended the connection. */
    abstract void ended();

    /**
     * Connects. Called on the event loop.
     *
     * @return done once the connection is closed
     */
    final Future<?> begin() {
        finding.addListener(found -> found());
        try {
            prepare(socket);
            socket.connect(address);
        } catch (IOException | RuntimeException e) {
            fail(e);
            return held;
        }
        loop.register(this).addListener(registered -> {
            if (!registered.isSuccess()) {
                fail(registered.cause());
            } else if (!over) {
                registration = (IoRegistration) registered.getNow();
                registration.submit(EVENTS);
            }
        });
        return held;
    }

    @Override
    public final void handle(IoRegistration ignored, IoEvent event) {
        EpollIoOps what = ((EpollIoEvent) event).ops();
        try {
            if (!connected && !over && socket.finishConnect()) {
                connected = true;
                connected(socket, SCRATCH.get());
            } else if (what.contains(EpollIoOps.EPOLLIN) || what.contains(EpollIoOps.EPOLLRDHUP)) {
                read();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void read() throws IOException {
        ByteBuffer scratch = SCRATCH.get();
        while (!over) {
            int count = socket.recv(scratch, 0, BUFFER);
            if (count == 0) {
                return;
            }
            if (count < 0) {
                ended();
                close();
            } else {
                received(scratch, count);
            }
        }
    }

    /** As Netty's channels say it. */
    private void fail(Throwable cause) {
        boolean unreached = !connected && cause instanceof SocketException;
        finding.trySuccess(Finding.failed(unreached
                ? new ConnectException(cause.getMessage() + ": " + address)
                : cause));
        close();
    }

    final IoEventLoop loop() {
        return loop;
    }

    final Promise<Finding> finding() {
        return finding;
    }

    /** Gives the socket up, open as it is, to whoever says when it is closed. */
    final void handOver(IntFunction<Future<?>> next) {
        over = true;
        if (registration != null) {
            registration.cancel();
        }
        next.apply(socket.intValue()).addListener(closed -> held.trySuccess(null));
    }

    @Override
    public final void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a check's socket could not be closed", e);
        }
        if (registration != null) {
            registration.cancel(); // after the close, with which epoll forgets it
        }
        held.trySuccess(null);
    }

    @Override
    public final FileDescriptor fd() {
        return socket;
    }
}
