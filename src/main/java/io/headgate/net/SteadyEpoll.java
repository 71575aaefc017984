package io.headgate.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler without two faults (seen in 4.2.17).
 *
 * <p>
 * When a channel waits for nothing any more, Netty takes its descriptor out of epoll (since its pull request
 * 16689) but does not remember that: the next thing to wait for, such as room to write to a slow peer, fails
 * with ENOENT and the channel is closed; half-closed connections break. Here "nothing" becomes the bare
 * edge-trigger flag. The descriptor stays, and what cannot be masked, a reset or a hang-up, is reported once
 * instead of without end.
 *
 * <p>
 * A descriptor that is closed while a batch of events is worked off may be opened again before its own
 * event's turn comes; Netty hands that event to the new channel, which may take a hang-up for its own. Here a
 * channel gets no event of the batch in which it was registered.
 */
final class SteadyEpoll implements IoHandlerFactory {

    private final IoHandlerFactory netty = EpollIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(netty.newHandler(executor));
    }

    @Override
    public boolean isChangingThreadSupported() {
        return netty.isChangingThreadSupported();
    }

    private static final class Handler implements IoHandler {

        private final IoHandler netty;
        /** Counts batches; used on the handler's own thread alone. */
        private int batch;

        Handler(IoHandler netty) {
            this.netty = netty;
        }

        @Override
        public void initialize() {
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            batch++;
            return netty.run(context);
        }

        @Override
        public void prepareToDestroy() {
            netty.prepareToDestroy();
        }

        @Override
        public void destroy() {
            netty.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Registration(netty.register(new Fresh((EpollIoHandle) handle, this, batch)));
        }

        @Override
        public void wakeup() {
            netty.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return netty.isCompatible(type);
        }
    }

    /** A channel, and the batch in which it was registered. */
    @SuppressWarnings("try") // close throws what Netty's says
    private record Fresh(EpollIoHandle channel, Handler handler, int registeredIn) implements EpollIoHandle {

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (handler.batch != registeredIn) {
                channel.handle(registration, event);
            }
        }

        @Override
        public FileDescriptor fd() {
            return channel.fd();
        }

        @Override
        public void registered() {
            channel.registered();
        }

        @Override
        public void unregistered() {
            channel.unregistered();
        }

        @Override
        public void close() throws Exception {
            channel.close();
        }
    }

    private record Registration(IoRegistration netty) implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return netty.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
