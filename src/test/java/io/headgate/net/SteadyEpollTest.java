package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.NativeEpoll;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each reason for {@link SteadyEpoll}, beside what Netty's own handler does. A test that fails for Netty's
 * says that this reason has gone: then its code can go too.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class SteadyEpollTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameter
    boolean steady;

    private MultiThreadIoEventLoopGroup group;
    private IoEventLoop loop;

    @BeforeEach
    void start() {
        NativeEpoll.assume();
        IoHandlerFactory handler = steady ? new SteadyEpoll() : EpollIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, handler);
        loop = group.next();
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aChannelThatWaitedForNothingCanWaitAgain() throws Exception {
        try (Pipe pipe = new Pipe()) {
            Watched end = new Watched(pipe.out, () -> {
            });
            IoRegistration registration = loop.register(end).sync().getNow();
            inLoop(() -> registration.submit(EpollIoOps.EPOLLOUT));
            await().atMost(PATIENCE).until(() -> !end.events.isEmpty());
            inLoop(() -> registration.submit(EpollIoOps.NONE));
            inLoop(() -> end.events.removeIf(happened -> true));
            if (steady) {
                inLoop(() -> registration.submit(EpollIoOps.EPOLLOUT));
                await().atMost(PATIENCE).until(() -> !end.events.isEmpty());
            } else {
                assertThatThrownBy(() -> inLoop(() -> registration.submit(EpollIoOps.EPOLLOUT)))
                        .hasRootCauseInstanceOf(IOException.class)
                        .hasStackTraceContaining(UncheckedIOException.class.getName());
            }
            inLoop(registration::cancel);
        }
    }

    /**
     * Two descriptors are ready in one batch. The first event closes the other one and uses its number anew.
     */
    @Test
    void aChannelGetsNoEventOfTheOneBeforeItWithTheSameDescriptor() throws Exception {
        List<Pipe> pipes = new ArrayList<>(List.of(new Pipe(), new Pipe()));
        List<IoRegistration> registrations = new ArrayList<>();
        AtomicReference<Watched> heir = new AtomicReference<>();
        try {
            inLoop(() -> {
                for (int i = 0; i < 2; i++) {
                    pipes.get(i).fill();
                    int other = 1 - i;
                    registrations.add(loop.register(new Watched(pipes.get(i).in, () -> {
                        registrations.forEach(IoRegistration::cancel);
                        if (heir.get() == null) {
                            heir.set(reuse(pipes.get(other).in, pipes));
                        }
                    })).getNow());
                }
                registrations.forEach(each -> each.submit(EpollIoOps.EPOLLIN));
                return true;
            });
            await().atMost(PATIENCE).until(() -> heir.get() != null);
            inLoop(() -> true); // the batch is over
            assertThat(heir.get().events).hasSize(steady ? 0 : 1);
        } finally {
            inLoop(() -> registrations.stream().filter(IoRegistration::cancel).count());
            for (Pipe pipe : pipes) {
                pipe.close();
            }
        }
    }

    /** Closes a descriptor and watches a new one of the same number, on which nothing happens. */
    private Watched reuse(FileDescriptor closing, List<Pipe> pipes) {
        int number = closing.intValue();
        try {
            closing.close();
            for (int i = 0; i < 100; i++) { // there may be lower numbers free
                Pipe pipe = new Pipe();
                pipes.add(pipe);
                for (FileDescriptor end : List.of(pipe.in, pipe.out)) {
                    if (end.intValue() == number) {
                        Watched heir = new Watched(end, () -> {
                        });
                        loop.register(heir);
                        return heir;
                    }
                }
            }
            throw new IllegalStateException("another thread has taken the number " + number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void dataAndItsEndAreReadAsOne() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch arrived = new CountDownLatch(1);
        MultiThreadIoEventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1,
                EpollIoHandler.newFactory());
        Channel server = new ServerBootstrap().group(acceptor, group).channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false).childHandler(new Noting(events))
                .bind("127.0.0.1", 0).sync().channel();
        try {
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            ((EventLoop) loop).execute(() -> awaitUninterruptibly(arrived));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write('x');
            }
            await().atMost(PATIENCE).until(() -> hasEnded(port));
            arrived.countDown();
            await().atMost(PATIENCE).until(() -> events.contains("end"));
            assertThat(events).containsExactlyElementsOf(
                    steady
                            ? List.of("data", "complete", "end")
                            : List.of("data", "complete", "complete", "end"));
        } finally {
            arrived.countDown();
            server.close().sync();
            acceptor.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the kernel has a connection to this port whose client has sent its end (CLOSE_WAIT). */
    private static boolean hasEnded(int port) throws IOException {
        String local = ":%04X ".formatted(port);
        try (Stream<String> sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6").map(Path::of)
                .filter(Files::exists).flatMap(SteadyEpollTest::lines)) {
            return sockets.map(String::trim).map(line -> line.split(" +"))
                    .anyMatch(fields -> (fields[1] + " ").endsWith(local) && fields[3].equals("08"));
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> @Nullable T inLoop(Callable<T> task) throws Exception {
        return loop.submit(task).sync().getNow();
    }

    private static final class Pipe implements AutoCloseable {

        final FileDescriptor in;
        final FileDescriptor out;

        Pipe() throws IOException {
            FileDescriptor[] ends = FileDescriptor.pipe();
            in = ends[0];
            out = ends[1];
        }

        void fill() throws IOException {
            ByteBuffer some = ByteBuffer.allocateDirect(1);
            out.write(some, 0, 1);
        }

        @Override
        public void close() throws IOException {
            in.close();
            out.close();
        }
    }

    private static final class Watched implements EpollIoHandle {

        final List<EpollIoOps> events = new CopyOnWriteArrayList<>();
        private final FileDescriptor descriptor;
        private final Runnable happened;

        Watched(FileDescriptor descriptor, Runnable happened) {
            this.descriptor = descriptor;
            this.happened = happened;
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            events.add(((EpollIoEvent) event).ops());
            happened.run();
        }

        @Override
        public void close() throws IOException {
            descriptor.close();
        }
    }

    @Sharable
    private static final class Noting extends ChannelInboundHandlerAdapter {

        private final List<String> events;

        Noting(List<String> events) {
            this.events = events;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            events.add("data");
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            events.add("complete");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            events.add("end");
        }
    }
}
