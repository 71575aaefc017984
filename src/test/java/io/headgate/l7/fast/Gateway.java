package io.headgate.l7.fast;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Https;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Problems;
import io.headgate.l7.RuleListener;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.port.HttpListenerSpec;
import io.headgate.l7.port.Port;
import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.PathCondition;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import io.headgate.l7.route.RouteTable;
import io.headgate.l7.route.Target;
import io.headgate.net.Descriptors;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Algorithm;
import io.headgate.pool.Clock;
import io.headgate.pool.HashOn;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.MemberTls;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.Wire;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** The fast path in a server whose slow lane answers "slow" and the request's body. */
final class Gateway implements AutoCloseable {

    static final ClientLimits LIMITS = new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10),
            Duration.ofSeconds(60), 0, 0, 0);

    /** Boot's default. */
    static final int MAX_HEAD = 32 * 1024;

    static final Problems PROBLEMS = new Problems(InstantSource.system(), RandomSource.THREAD_LOCAL,
            Problems.Included.ALWAYS, Problems.Included.NEVER);

    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Names names = new Names(Transport.best());
    final KeptBodies kept = new KeptBodies(256 * 1024, 1024 * 1024);
    final Pools pools;
    final List<ServedRequest> served = new CopyOnWriteArrayList<>();
    volatile TunnelLimits tunnels = new TunnelLimits(0, Duration.ZERO, Duration.ofSeconds(5));
    final FastPath fastPath;
    final Port port;
    final DisposableServer server;

    Gateway() {
        this(new Forwarding(AddressSet.EMPTY), LIMITS, UpstreamLimits.DEFAULT);
    }

    /** Takes HTTP/2 too. */
    static Gateway http2(ClientLimits limits) {
        return new Gateway(new Forwarding(AddressSet.EMPTY), limits, UpstreamLimits.DEFAULT,
                HttpProtocol.H2C, HttpProtocol.HTTP11);
    }

    Gateway(Forwarding forwarding, ClientLimits limits, UpstreamLimits upstream, HttpProtocol... protocols) {
        this(forwarding, limits, upstream, Transport.best().sockets(), RandomSource.THREAD_LOCAL, protocols);
    }

    /**
     * @param sockets makes those to members
     * @param picks draws for balancers
     */
    Gateway(Forwarding forwarding, ClientLimits limits, UpstreamLimits upstream,
            ChannelFactory<? extends SocketChannel> sockets, RandomSource picks, HttpProtocol... protocols) {
        this(forwarding, limits, upstream, sockets, picks, null, protocols);
    }

    /** At all addresses of the machine; members see its clients' addresses. */
    static Gateway keepingSource() {
        return new Gateway(new Forwarding(AddressSet.EMPTY), LIMITS, UpstreamLimits.DEFAULT,
                Transport.best().sockets(), RandomSource.THREAD_LOCAL,
                new HttpListenerSpec("web", LIMITS, null, true, true, Https.NONE));
    }

    private Gateway(Forwarding forwarding, ClientLimits limits, UpstreamLimits upstream,
            ChannelFactory<? extends SocketChannel> sockets, RandomSource picks,
            @Nullable HttpListenerSpec listener, HttpProtocol... protocols) {
        pools = new Pools(Clock.SYSTEM, picks, (member, outcome) -> {
        });
        fastPath = new FastPath(
                new FastLaneServices(pools, sockets, names, () -> forwarding,
                        systemTls(), upstream,
                        () -> tunnels, kept, () -> false, PROBLEMS, served::add,
                        Ticker.systemTicker(), RandomSource.THREAD_LOCAL));
        pools.listen(fastPath);
        RuleListener rules = (rule, from, detail) -> {
        };
        port = listener == null
                ? new Port(limits, () -> forwarding, fastPath, served::add, rules, Ticker.systemTicker())
                : new Port(listener, () -> forwarding, fastPath, served::add, rules, Ticker.systemTicker(),
                        Descriptors.PROCESS);
        server = port.attach(HttpServer.create().httpRequestDecoder(decoder -> decoder
                .maxHeaderSize(MAX_HEAD))).host(listener == null ? "127.0.0.1" : "0.0.0.0").port(0)
                .runOn(loops)
                .protocol(protocols.length == 0 ? new HttpProtocol[]{HttpProtocol.HTTP11} : protocols)
                .handle((request, response) -> response.sendString(
                        request.receive().aggregate().asString().switchIfEmpty(Mono.just(""))
                                .map(body -> "slow " + request.uri() + " " + body)))
                .bindNow();
        routes(slow("/slow/**"), fast("/**"));
    }

    static MemberTls systemTls() {
        try {
            return new MemberTls(SslContextBuilder.forClient().build(), null);
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    void routes(Compiled... routes) {
        fastPath.routes(new RouteTable(List.of(routes)));
    }

    static Compiled fast(String path) {
        return fast(path, List.of(), List.of(), null);
    }

    static Compiled fast(String path, List<RequestEdit> requestEdits, List<ResponseEdit> responseEdits,
            @Nullable Duration responseTimeout) {
        return new Compiled.Fast(new FastRoute("fast", requestEdits, responseEdits, List.of(),
                new Target.OfPool("pool"), null, responseTimeout), List.of(path(path)));
    }

    static Compiled slow(String path) {
        return new Compiled.Slow("slow", List.of(path(path)), "test", "nothing");
    }

    private static PathCondition path(String pattern) {
        return new PathCondition(List.of(PathPatternParser.defaultInstance.parse(pattern)));
    }

    /** Makes these ports the members of the one pool. */
    Gateway members(int... ports) {
        return members(Timeouts.DEFAULT, ports);
    }

    Gateway members(Timeouts timeouts, int... ports) {
        List<MemberSpec> members = Arrays.stream(ports)
                .mapToObj(port -> MemberSpec.of(new Address("127.0.0.1", port))).toList();
        pools.apply(
                List.of(PoolBuilder.pool("pool", members).withTimeouts(timeouts)
                        .withDrainTimeout(Duration.ofSeconds(5)).spec()));
        return this;
    }

    /** Balances on this from now on. */
    void hashing(HashOn on) {
        PoolSpec now = pools.find("pool").orElseThrow().spec();
        pools.apply(List
                .of(new PoolBuilder(now).withAlgorithm(Algorithm.named("consistent-hash").orElseThrow())
                        .withHashOn(on).spec()));
    }

    EventLoop loop() {
        return loops.next();
    }

    Wire client() throws IOException {
        return new Wire(server.port());
    }

    /** Requests that hold a member now. */
    int inFlight() {
        return pools.all().stream().flatMap(pool -> pool.members().stream()).mapToInt(Member::inFlight).sum();
    }

    @Override
    public void close() {
        server.disposeNow();
        names.close();
        loops.close();
    }
}
