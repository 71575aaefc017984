package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Https;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RuleListener;
import io.headgate.net.AcceptGate;
import io.headgate.net.Descriptors;
import io.headgate.net.ReadSizes;
import io.headgate.security.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.concurrent.Ticker;
import java.util.List;
import java.util.function.BooleanSupplier;
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

    private final Supplier<Forwarding> forwarding;
    private final PortExtension extension;
    private final PortReports reports;
    private final Ticker ticker;
    private final PortResources resources = new PortResources();
    private final ClientAdmission admission;
    private final Http2Connections http2 = new Http2Connections();
    private final Handshakes handshakes = new Handshakes();
    /** Null for the port of {@code server.port}, and for that of the management. */
    private final @Nullable String name;
    private volatile Terms terms;
    private volatile Https https = Https.NONE;
    private volatile boolean keepsSource;
    /** Null where TLS is Reactor Netty's own business. */
    private volatile @Nullable ServerTls tls;
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
        resources.share(descriptors);
        apply(spec);
    }

    private Port(@Nullable String name, ClientLimits limits, Supplier<Forwarding> forwarding,
            PortExtension extension, RequestListener requests, RuleListener rules, Ticker ticker) {
        this.name = name;
        this.terms = Terms.of(limits);
        this.forwarding = forwarding;
        this.extension = extension;
        this.reports = new PortReports(name, requests, rules);
        this.admission = new ClientAdmission(() -> terms.limits(), resources, reports);
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
        keepsSource = next.keepsSource();
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
        resources.share(within);
        return attach(server).doOnBound(bound -> bound.channel().pipeline()
                .addFirst(HandlerNames.GATE, new AcceptGate(within)));
    }

    /** A connection was accepted, and Reactor Netty has set up its pipeline. */
    public void connection(Channel channel) {
        channel.config().setRecvByteBufAllocator(ReadSizes.WITHIN_MEMORY);
        Arrivals.at(channel, this);
        if (!admission.admits(channel)) {
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
        if (stream.pipeline().get(HandlerNames.PROTOCOL_HEADER) != null) {
            stream.pipeline().remove(HandlerNames.PROTOCOL_HEADER); // Http2Frames sees to that
        }
        stream.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, HandlerNames.GUARD,
                new StreamGuard(this, now.limits(), now.rules(), ticker, Http2Session.of(stream.parent())));
        extension.stream(stream);
    }

    // What it counts

    /** Open client connections. */
    public int open() {
        return admission.open();
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
        return draining || resources.isCrowded() || overloaded.getAsBoolean();
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

    /** Who may connect. */
    ClientAdmission admission() {
        return admission;
    }

    /** What its clients may take of the process. */
    PortResources resources() {
        return resources;
    }

    boolean keepsSource() {
        return keepsSource;
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
