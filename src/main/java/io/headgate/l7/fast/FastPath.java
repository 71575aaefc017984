package io.headgate.l7.fast;

import io.headgate.l7.SideRequests;
import io.headgate.l7.port.HandlerNames;
import io.headgate.l7.port.PortExtension;
import io.headgate.l7.route.AcmeChallenge;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.Copies;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.HttpsRedirect;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.RequestView;
import io.headgate.l7.route.RouteTable;
import io.headgate.l7.route.Target;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * The fast path as a whole. It extends the pipelines of a port, and serves the routes that it was given last
 * ({@link #routes(RouteTable)}). Without routes every request takes the slow lane.
 */
public final class FastPath implements PoolListener, PortExtension, Copies, SideRequests {

    private static final AttributeKey<ClientOrigin> ORIGIN = AttributeKey.valueOf("headgate.origin");

    /** At most this many flushes are merged into one. */
    private static final int MAX_FLUSHES = 256;

    private final FastLaneServices services;
    private final Map<EventLoop, Worker> workers = new ConcurrentHashMap<>();
    private final Tunnels tunnels = new Tunnels();
    private final LongAdder underWay = new LongAdder();
    private final Map<Integer, FastRoute> redirects = new ConcurrentHashMap<>();
    private final Map<String, FastRoute> questions = new ConcurrentHashMap<>();
    private volatile RouteTable routes = RouteTable.EMPTY;
    private volatile @Nullable FastRoute challenges;

    public FastPath(FastLaneServices services) {
        this.services = services;
    }

    /** From the next request on these are the routes. */
    public void routes(RouteTable next) {
        routes = next;
    }

    /** Answers the authority that issues certificates, on every listener, before any route. */
    public void answersChallenges(FastRoute answers) {
        challenges = answers;
    }

    public RouteTable routes() {
        return routes;
    }

    @Override
    public void http1(Channel connection) {
        ChannelPipeline pipeline = connection.pipeline();
        if (pipeline.get(HttpServerCodec.class) != null) {
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, HandlerNames.FAST,
                    new ClientConnection(this));
        }
    }

    /** The answers of many streams leave together. */
    @Override
    public void http2(Channel connection) {
        ChannelPipeline pipeline = connection.pipeline();
        if (pipeline.get(HandlerNames.FAST) != null) {
            pipeline.remove(HandlerNames.FAST);
        }
        pipeline.addBefore(NettyPipeline.HttpCodec, HandlerNames.FLUSHES,
                new FlushConsolidationHandler(MAX_FLUSHES, true));
        connection.attr(ORIGIN).set(new ClientOrigin(connection, worker(connection.eventLoop())));
    }

    @Override
    public void stream(Channel stream) {
        ClientOrigin origin = stream.parent().attr(ORIGIN).get();
        if (origin != null) {
            stream.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, HandlerNames.FAST,
                    new ClientStream(this, origin));
        }
    }

    /** How many requests the fast path is serving now. */
    public long underWay() {
        return underWay.sum();
    }

    /** How many tunnels are open now. */
    public int openTunnels() {
        return tunnels.open();
    }

    Tunnels tunnels() {
        return tunnels;
    }

    TunnelLimits tunnelLimits() {
        return services.tunnels().get();
    }

    /** Ends what is open on the member. */
    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        workers.values().forEach(worker -> worker.loop().execute(() -> worker.evict(member, reason)));
    }

    /** A member that gets no work needs no idle connections. */
    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        if (to != Availability.UP) {
            workers.values().forEach(worker -> worker.loop().execute(() -> {
                worker.idle().close(member);
                worker.http2().leave(member);
            }));
        }
    }

    /** The compiled route for a request; null if it belongs to the slow lane. */
    @Nullable
    FastRoute find(RequestView request) {
        FastRoute answers = challenges;
        if (answers != null && request.path().startsWith(AcmeChallenge.PATH)) {
            return answers;
        }
        int redirectPort = request.arrival().redirectPort();
        if (redirectPort != 0) {
            return redirects.computeIfAbsent(redirectPort, HttpsRedirect::route);
        }
        try {
            return routes.find(request) instanceof Compiled.Fast fast && answers(fast.route(), request)
                    ? fast.route()
                    : null;
        } catch (IllegalArgumentException e) {
            return null; // a query that cannot be decoded: the slow lane says what becomes of it
        }
    }

    /** Says so to a client that asks, by HTTP/2, for a WebSocket that the fast path does not serve. */
    FastRoute withoutWebSockets(RequestView request) {
        Compiled slow = routes.find(request);
        return slow == null
                ? refusing("none", Reason.NO_ROUTE)
                : refusing(slow.id(), Reason.PROTOCOL_UNSUPPORTED);
    }

    private static FastRoute refusing(String id, Reason reason) {
        return new FastRoute(id, List.of(draft -> draft.refuse(reason)), List.of(), List.of(),
                new Target.Nobody(), null, null);
    }

    /** A preflight goes to no member: where no rules of CORS are, Spring says what becomes of it. */
    private static boolean answers(FastRoute route, RequestView request) {
        return route.cors() != null || !request.isPreflight();
    }

    RandomSource random() {
        return services.random();
    }

    Worker worker(EventLoop loop) {
        return workers.computeIfAbsent(loop, l -> new Worker(l, services, workers.values()));
    }

    @Override
    public @Nullable Copy begin(Channel client, Mirroring rule, HttpRequest request, boolean keepsHost) {
        return MirrorCopy.begin(origin(client), rule, RequestHead.of(request), request, keepsHost);
    }

    @Override
    public CompletableFuture<SideAnswer> ask(Channel client, String pool, HttpRequest request) {
        FastRoute route = questions.computeIfAbsent(pool, SideRequest::route);
        CompletableFuture<SideAnswer> answer = new CompletableFuture<>();
        if (client.eventLoop().inEventLoop()) {
            SideRequest.ask(origin(client), route, request, answer);
        } else {
            client.eventLoop().execute(() -> SideRequest.ask(origin(client), route, request, answer));
        }
        return answer;
    }

    private ClientOrigin origin(Channel client) {
        Channel connection = client instanceof Http2StreamChannel stream ? stream.parent() : client;
        return new ClientOrigin(connection, worker(client.eventLoop()));
    }

    void began() {
        underWay.increment();
    }

    void ended() {
        underWay.decrement();
    }
}
