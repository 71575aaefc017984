package io.headgate.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handler without two faults, and with fewer calls to the system. Decision 16 says where in
 * Netty 4.2.18 each of the four reasons stands.
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
 * event's turn comes; Netty hands that event to the new channel, which may mistake a hang-up for its own.
 * Here a channel gets no event of the batch in which it was registered.
 *
 * <p>
 * Netty tells the kernel at once of every change of the events that a channel waits for. Here, the kernel is
 * told before the next wait, and only the net result of all changes.
 *
 * <p>
 * When data and the peer's end of it are there together, Netty reads the data for the one event and goes on
 * to the end for the other. Here, it gets only the event of the end, for which it reads all data: so the
 * reader knows that the data is the last.
 */
final class SteadyEpoll implements IoHandlerFactory {

    private static final Logger log = LoggerFactory.getLogger(SteadyEpoll.class);

    private static final EpollIoOps DATA_AND_END = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    private static final Event END = new Event(EpollIoOps.EPOLLRDHUP);

    private final IoHandlerFactory netty = EpollIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(netty.newHandler(executor), executor);
    }

    @Override
    public boolean isChangingThreadSupported() {
        return netty.isChangingThreadSupported();
    }

    private static final class Handler implements IoHandler {

        private final IoHandler netty;
        private final ThreadAwareExecutor executor;
        /** Those that may wait for something else than the kernel knows; on the handler's own thread. */
        private final List<Registration> changed = new ArrayList<>();
        /** Counts batches; used only on the handler's own thread. */
        private int batch;

        Handler(IoHandler netty, ThreadAwareExecutor executor) {
            this.netty = netty;
            this.executor = executor;
        }

        @Override
        public void initialize() {
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            batch++;
            for (int i = 0; i < changed.size(); i++) { // may grow
                changed.get(i).tell();
            }
            changed.clear();
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
            EpollIoHandle channel = (EpollIoHandle) handle;
            return new Registration(netty.register(new Fresh(channel, this, batch)), channel, this);
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
                boolean last = ((EpollIoEvent) event).ops().equals(DATA_AND_END);
                channel.handle(registration, last ? END : event);
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

    private record Event(EpollIoOps ops) implements EpollIoEvent {}

    private static final class Registration implements IoRegistration {

        private final IoRegistration netty;
        private final EpollIoHandle channel;
        private final Handler handler;
        private EpollIoOps wanted = EpollIoOps.EPOLLET;
        private @Nullable EpollIoOps told;
        private boolean changed;
        /** Whether something else was wanted in between. */
        private boolean again;

        Registration(IoRegistration netty, EpollIoHandle channel, Handler handler) {
            this.netty = netty;
            this.channel = channel;
            this.handler = handler;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            EpollIoOps all = EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : (EpollIoOps) ops;
            if (handler.executor.isExecutorThread(Thread.currentThread())) {
                want(all);
            } else {
                handler.executor.execute(() -> want(all));
            }
            return all.value();
        }

        private void want(EpollIoOps ops) {
            wanted = ops;
            again |= !ops.equals(told);
            if (again && !changed) {
                changed = true;
                handler.changed.add(this);
            }
        }

        /**
         * Tells the kernel. An event that is reported only once is reported once more if something else was
         * wanted in between.
         */
        void tell() {
            changed = false;
            again = false;
            if (!netty.isValid() || (wanted.equals(told) && !EpollIoOps.EPOLLET.equals(wanted))) {
                return;
            }
            try {
                netty.submit(wanted);
                told = wanted;
            } catch (UncheckedIOException e) {
                log.warn("A descriptor cannot be watched by epoll: {}", e.getMessage());
                giveUp();
            }
        }

        private void giveUp() {
            try {
                channel.close();
            } catch (Exception e) {
                log.debug("A channel could not be closed", e);
            }
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
