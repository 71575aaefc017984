package io.headgate.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler without a fault that breaks half-closed connections (4.2.17, since its pull request
 * 16689). When a channel waits for nothing any more, Netty takes its descriptor out of epoll, but does not
 * remember that: the next thing to wait for, such as room to write to a slow peer, fails with ENOENT and the
 * channel is closed. Here "nothing" becomes the bare edge-trigger flag. The descriptor stays, and what cannot
 * be masked, a reset or a hang-up, is reported once instead of without end.
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

    private record Handler(IoHandler netty) implements IoHandler {

        @Override
        public void initialize() {
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
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
            return new Registration(netty.register(handle));
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
