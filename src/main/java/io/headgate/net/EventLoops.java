package io.headgate.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The threads that do all socket work: one loop for each processor, shared by both layers, the checks and
 * Reactor Netty, which gets them as its {@link LoopResources}. A connection to a member is opened on the loop
 * of the client's connection, so that no byte changes threads.
 */
public final class EventLoops implements LoopResources, AutoCloseable {

    private final Transport transport;
    private final EventLoopGroup group;
    private final EventLoopGroup colocated;
    private final @Nullable Pipes pipes;
    private final TaskThread beside;
    private final LoopWatch watch;
    private final int count;

    public EventLoops(Transport transport, int threads) {
        Shortage.prepare();
        this.transport = transport;
        this.count = threads;
        this.group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("headgate"),
                transport.ioHandler());
        this.colocated = LoopResources.colocate(group);
        this.pipes = Pipes.usableWith(transport) ? new Pipes() : null;
        this.beside = new TaskThread("headgate-beside");
        this.watch = new LoopWatch(group, Ticker.systemTicker());
        watch.start(beside);
    }

    /** A thread that is not one of the loops, for the few tasks that must run even when a loop is stuck. */
    public ScheduledExecutorService beside() {
        return beside;
    }

    /** Which loops are stuck. */
    public LoopWatch watch() {
        return watch;
    }

    public Transport transport() {
        return transport;
    }

    /**
     * All loops, for channels that have no loop yet, such as a listening socket and the connections that it
     * accepts.
     */
    public EventLoopGroup group() {
        return group;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Pipes between sockets; null if there are none. */
    public @Nullable Pipes pipes() {
        return pipes;
    }

    /** One of the loops, in turn. */
    public EventLoop next() {
        return group.next();
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return group;
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return colocated;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup loops) {
        try {
            return onChannelClass(type, loops).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot open a " + type.getSimpleName(), e);
        }
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup loops) {
        return transport.implementing(type).asSubclass(type);
    }

    /**
     * The loops live as long as the application. Closing them as Reactor's resources does not end them.
     */
    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.empty();
    }

    /**
     * Ends the loops, after a short time in which their last tasks can run. A stuck loop is abandoned.
     */
    @Override
    public void close() {
        beside.shutdownNow();
        Future<?> ended = group.shutdownGracefully(50, 3000, TimeUnit.MILLISECONDS);
        ended.awaitUninterruptibly(5, TimeUnit.SECONDS);
        if (pipes != null) {
            pipes.close();
        }
    }
}
