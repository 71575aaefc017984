package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Https;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RuleListener;
import io.headgate.net.AcceptGate;
import io.headgate.net.Descriptors;
import io.headgate.net.Memory;
import io.headgate.net.ReadSizes;
import io.headgate.pool.Reason;
import io.headgate.security.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.ConnectionObserver;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * One HTTP port: everything between its listening socket and the lanes. {@link #attach} makes a Reactor Netty
 * server this port; each of its connections then gets the pipeline that {@code package-info} draws. The port
 * also knows its connections: how many there are, and whether they are to go because it shuts down.
 *
 * <p>
 * A port has its own limits, trusted proxies, connections and shutdown. Two ports are two objects that share
 * nothing but what they are given.
 */
public final class Port {

    private static final AttributeKey<HttpListeners.ClientCheck> CLIENT = AttributeKey
            .valueOf("headgate.client");

    private final Supplier<Forwarding> forwarding;
    private final PortExtension extension;
    private final PortReports reports;
    private final Ticker ticker;
    private final ConnectionCount connections = new ConnectionCount();
    private final Http2Connections http2 = new Http2Connections();
    private volatile IntSupplier counted = connections::open;
    private final Handshakes handshakes = new Handshakes();
    /** Null for the port of {@code server.port}, and for that of the management. */
    private final @Nullable String name;
    private volatile Terms terms;
    private volatile Https https = Https.NONE;
    /** Null where TLS is Reactor Netty's own business. */
    private volatile @Nullable ServerTls tls;
    /** Null where nothing is scarce for clients: whoever operates Headgate gets in always. */
    private volatile @Nullable Descriptors descriptors;
    private volatile BooleanSupplier overloaded = () -> false;
    private volatile boolean draining;
    private volatile int maxHead = Integer.MAX_VALUE;

    /** What a connection is held to from its start to its end. */
    private record Terms(ClientLimits limits, RequestRules rules) {

        static Terms of(ClientLimits limits) {
            return new Terms(limits, new RequestRules(limits.strictness()));
        }
    }

    /**
     * A port without connections.
     *
     * @param forwarding whose forwarded headers are believed
     * @param extension adds handlers between the guards and Reactor Netty
     * @param requests is told of requests and connections that no lane sees
     * @param rules is told of tolerated violations
     */
    public Port(ClientLimits limits, Supplier<Forwarding> forwarding, PortExtension extension,
            RequestListener requests, RuleListener rules, Ticker ticker) {
        this(null, limits, forwarding, extension, requests, rules, ticker);
    }

    /**
     * The port of a listener, which accepts its connections and counts them.
     *
     * @param descriptors those of the process
     */
    public Port(HttpListenerSpec spec, Supplier<Forwarding> forwarding, PortExtension extension,
            RequestListener requests, RuleListener rules, Ticker ticker, Descriptors descriptors) {
        this(spec.name(), spec.limits(), forwarding, extension, requests, rules, ticker);
        this.descriptors = descriptors;
        apply(spec);
    }

    private Port(@Nullable String name, ClientLimits limits, Supplier<Forwarding> forwarding,
            PortExtension extension, RequestListener requests, RuleListener rules, Ticker ticker) {
        this.name = name;
        this.terms = Terms.of(limits);
        this.forwarding = forwarding;
        this.extension = extension;
        this.reports = new PortReports(name, requests, rules);
        this.ticker = ticker;
    }

    /** While this holds, connections end with their answers, so that clients go to other replicas. */
    public Port endingWhile(BooleanSupplier condition) {
        overloaded = condition;
        return this;
    }

    /** Applies to connections that are accepted from now on. */
    public void limits(ClientLimits next) {
        terms = Terms.of(next);
    }

    /** The same, of a listener's port. */
    void apply(HttpListenerSpec next) {
        https = next.https();
        tls = next.tls();
        limits(next.limits());
    }

    // The pipeline

    /** The same server, as this port. To be called after its decoder has been configured. */
    public HttpServer attach(HttpServer server) {
        maxHead = server.configuration().decoder().maxHeaderSize();
        return Http2ServerSettings.apply(server, maxHead)
                .doOnChannelInit((observer, channel, remote) -> connection(channel))
                .childObserve((connection, state) -> {
                    if (state.equals(ConnectionObserver.State.CONNECTED)
                            && connection.channel() instanceof Http2StreamChannel stream) {
                        stream(stream);
                    }
                });
    }

    /**
     * The same, and its clients count against the file descriptors that there are for clients: while there
     * are none left, nobody is accepted, and connections end with their answers.
     */
    public HttpServer attach(HttpServer server, Descriptors within) {
        descriptors = within;
        return attach(server).doOnBound(bound -> bound.channel().pipeline()
                .addFirst(HandlerNames.GATE, new AcceptGate(within)));
    }

    /** A connection was accepted, and Reactor Netty has set up its pipeline. */
    public void connection(Channel channel) {
        channel.config().setRecvByteBufAllocator(ReadSizes.WITHIN_MEMORY);
        Arrivals.at(channel, this);
        if (!channel.hasAttr(CLIENT) && !admit(channel)) {
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        ServerTls own = tls;
        if (own != null) {
            ServerNameWait.install(pipeline, this, own);
        } else if (pipeline.get(NettyPipeline.SslHandler) != null) {
            HandshakeTurn.install(pipeline);
        }
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            http1(channel); // unless it begins with HTTP/2
            PriorKnowledge.await(pipeline, this, ticker);
        } else {
            AlpnWatch.await(pipeline, this);
        }
        // last, so that these two stand before all others
        FailedHandshakes.await(pipeline, this);
        if (!terms.limits().proxies().isEmpty()) {
            ProxyHeader.await(pipeline, this);
        }
    }

    /** A connection speaks HTTP/1.1, as far as is known yet. */
    void http1(Channel channel) {
        Terms now = terms;
        ClientGuard guard = new ClientGuard(this, now.limits(), now.rules(), ticker);
        channel.pipeline().addFirst(HandlerNames.BYTES, new ByteWatch(guard))
                .addBefore(NettyPipeline.HttpTrafficHandler, HandlerNames.GUARD, guard);
        extension.http1(channel);
    }

    /** A connection speaks HTTP/2. */
    void http2(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        for (String name : List.of(HandlerNames.BYTES, HandlerNames.GUARD)) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        http2.add(channel, Http2Session.begin(channel, this, terms.limits(), ticker));
        extension.http2(channel);
    }

    /** A stream was opened on an HTTP/2 connection, and Reactor Netty has set up its pipeline. */
    private void stream(Channel stream) {
        Terms now = terms;
        stream.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, HandlerNames.GUARD,
                new StreamGuard(this, now.limits(), now.rules(), ticker, Http2Session.of(stream.parent())));
        extension.stream(stream);
    }

    // Who may connect

    /** A connection that a listener has let in is to come. */
    void expect(Channel channel, HttpListeners.ClientCheck client) {
        channel.attr(CLIENT).set(client);
    }

    /** Closes the connection, and is false, when its peer is no listed proxy or has too many connections. */
    private boolean admit(Channel channel) {
        ClientLimits limits = terms.limits();
        boolean behindProxy = !limits.proxies().isEmpty();
        if (behindProxy && !(channel.remoteAddress() instanceof InetSocketAddress peer
                && limits.proxies().contains(peer.getAddress()))) {
            turnAway(channel, Reason.DENIED);
            return false;
        }
        if (isHeapGone()) {
            turnAway(channel, Reason.MEMORY_SHORT);
            return false;
        }
        if (!connections.admit(channel, limits)
                || (!behindProxy && !connections.identify(channel, limits))) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    /**
     * A PROXY header said who the client is. Closes the connection when that client may not connect, or has
     * too many.
     *
     * @param client null if the proxy itself is the client
     */
    boolean identified(Channel channel, @Nullable InetSocketAddress client) {
        HttpListeners.ClientCheck check = channel.hasAttr(CLIENT) ? channel.attr(CLIENT).get() : null;
        if (check != null) {
            boolean stays = check.identified(client) == null;
            if (!stays) {
                channel.close();
            }
            return stays;
        }
        boolean admitted = connections.identify(channel, terms.limits());
        if (!admitted) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
        }
        return admitted;
    }

    /** Closes a connection before its first request. */
    void turnAway(Channel channel, Reason reason) {
        reports.closed(channel, reason);
        channel.close();
    }

    /** Open client connections. */
    public int open() {
        return counted.getAsInt();
    }

    /** Layer 4 has accepted the connections, and limits them: this counts them instead. */
    void countedBy(IntSupplier others) {
        counted = others;
    }

    /** TLS handshakes with clients. */
    public Handshakes handshakes() {
        return handshakes;
    }

    /** Clients' connections that speak HTTP/2 now. */
    public int http2Connections() {
        return http2.size();
    }

    /** Streams that are open on them now. */
    public int http2Streams() {
        return http2.streams();
    }

    // Shutdown

    /**
     * From now on every answer closes its connection, so that clients go elsewhere before the port closes.
     * HTTP/2 connections get a GOAWAY that refuses nothing yet.
     */
    public void drain() {
        draining = true;
        http2.announce();
    }

    /** Whether every client with HTTP/2 has read that GOAWAY. */
    public boolean isDrainKnown() {
        return http2.areSettled();
    }

    /** The port closes: HTTP/2 connections take no more requests. */
    public void finish() {
        http2.finish();
    }

    /**
     * Whether connections end with their answers: the port shuts down, somebody waits for a descriptor, or
     * there is too much to do.
     */
    boolean closesConnections() {
        return draining || isCrowded() || overloaded.getAsBoolean();
    }

    /** Whether somebody waits to be accepted until others leave. */
    boolean isCrowded() {
        Descriptors shared = descriptors;
        return shared != null && shared.isContended();
    }

    /** Whether there are fewer descriptors than connections are allowed; zero for any number. */
    boolean isScarce(int maxConnections) {
        Descriptors shared = descriptors;
        return shared != null
                && shared.half() < (maxConnections == 0 ? Integer.MAX_VALUE : maxConnections);
    }

    /** Whether the heap has no room for another connection or the rest of a head. */
    boolean isHeapGone() {
        return descriptors != null && Memory.PROCESS.isHeapGone();
    }

    /** Whether there is no memory for another request. */
    boolean isMemorySpent() {
        return descriptors != null && Memory.PROCESS.isSpent();
    }

    /** The same for a stream of HTTP/2, of which a connection may have a hundred. */
    boolean hasTooManyStreams() {
        return descriptors != null && Memory.PROCESS.hasTooManyStreams();
    }

    // What the handlers ask

    /** The listener's; null for the port of {@code server.port}. */
    @Nullable
    String name() {
        return name;
    }

    Ticker ticker() {
        return ticker;
    }

    Https https() {
        return https;
    }

    PortReports reports() {
        return reports;
    }

    /** Whose forwarded headers are believed. */
    Forwarding forwarding() {
        return forwarding.get();
    }

    /** Bytes of a request's head, the target included. */
    int maxHead() {
        return maxHead;
    }
}
