package io.headgate.l7.fast;

import io.headgate.l7.route.RouteTable;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * The fast path as a whole: put into an HTTP server by {@link #install}, told which routes there are by
 * {@link #routes(RouteTable)}. Without routes every request takes the slow lane.
 */
public final class FastPath {

    private static final String HANDLER = "headgate.fast";

    private final Surroundings surroundings;
    private final Map<EventLoop, Worker> workers = new ConcurrentHashMap<>();
    private final LongAdder underWay = new LongAdder();
    private volatile RouteTable routes = RouteTable.EMPTY;

    public FastPath(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** From the next request on these are the routes. */
    public void routes(RouteTable next) {
        routes = next;
    }

    public RouteTable routes() {
        return routes;
    }

    /** The server with the fast path ahead of its own handling of requests. */
    public HttpServer install(HttpServer server) {
        return server.doOnChannelInit((observer, channel, remote) -> join(channel));
    }

    /** Only plain HTTP/1.1: a connection that may become HTTP/2 is the slow path's. */
    private void join(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpServerCodec
                && pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, HANDLER, new ClientConnection(this));
        }
    }

    /** How many requests the fast path is serving now. */
    public long underWay() {
        return underWay.sum();
    }

    /** Ends what is open on a member. */
    public void evict(Member member, Reason reason) {
        workers.values().forEach(worker -> worker.loop().execute(() -> worker.evict(member, reason)));
    }

    Worker worker(EventLoop loop) {
        return workers.computeIfAbsent(loop, l -> new Worker(l, surroundings));
    }

    String codec() {
        return NettyPipeline.HttpCodec;
    }

    void began() {
        underWay.increment();
    }

    void ended() {
        underWay.decrement();
    }
}
