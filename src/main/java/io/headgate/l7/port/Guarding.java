package io.headgate.l7.port;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RuleListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.server.HttpServer;

/**
 * Puts a {@link ClientGuard} into every connection of the L7 port, and knows them all: how many there are,
 * and that no more are wanted.
 */
public final class Guarding {

    private static final String BYTES = "headgate.bytes";
    private static final String GUARD = "headgate.guard";
    /** What a connection may hold above the first 65,535 bytes (RFC 9113, 6.9.2), which is one stream's. */
    private static final int HTTP2_WINDOW = 1 << 20;
    /**
     * So much above the limit a head of HTTP/2 may be, so that it is read to its end and answered with 431.
     * The client is told the sum of both, since HTTP/2 counts 32 bytes more for each header than are sent.
     */
    private static final int HEAD_MARGIN = 96 * 1024;
    /** As many streams of a connection may be reset by us for a fault of the client's, or it ends. */
    private static final int MAX_OWN_RESETS = 1000;
    private static final int RESETS_SECONDS = 30;

    private final Supplier<Forwarding> forwarding;
    private final RequestListener listener;
    private final RuleListener rulesBroken;
    private final Ticker ticker;
    private final ConnectionCount connections = new ConnectionCount();
    private final Http2Connections http2 = new Http2Connections();
    private volatile ClientLimits limits;
    private volatile RequestRules rules;
    private volatile boolean closing;
    private volatile int maxHead = Integer.MAX_VALUE;

    public Guarding(ClientLimits limits, Supplier<Forwarding> forwarding, RequestListener listener,
            RuleListener rulesBroken, Ticker ticker) {
        this.limits = limits;
        this.rules = new RequestRules(limits.strictness());
        this.forwarding = forwarding;
        this.rulesBroken = rulesBroken;
        this.listener = listener;
        this.ticker = ticker;
    }

    /** Applies to connections that come from now on. */
    public void limits(ClientLimits next) {
        limits = next;
        rules = new RequestRules(next.strictness());
    }

    /**
     * The server with what HTTP/2 needs, beside what is set already: heads have the limit that those of
     * HTTP/1.1 have, and of resets those are counted that {@link Http2Frames} counts.
     */
    public HttpServer http2Settings(HttpServer server) {
        maxHead = server.configuration().decoder().maxHeaderSize();
        Http2SettingsSpec set = server.configuration().http2SettingsSpec();
        return server.http2Settings(settings -> {
            if (set != null) {
                copy(set, settings);
            }
            settings.maxHeaderListSize((long) maxHead + HEAD_MARGIN)
                    .maxDecodedRstFramesPerWindow(Integer.MAX_VALUE, RESETS_SECONDS)
                    .maxEncodedRstFramesPerWindow(MAX_OWN_RESETS, RESETS_SECONDS);
        });
    }

    /** A server's settings are built anew each time. */
    private static void copy(Http2SettingsSpec from, Http2SettingsSpec.Builder to) {
        set(from.connectProtocolEnabled(), to::connectProtocolEnabled);
        set(from.headerTableSize(), to::headerTableSize);
        set(from.initialWindowSize(), to::initialWindowSize);
        set(from.maxConcurrentStreams(), to::maxConcurrentStreams);
        set(from.maxFrameSize(), to::maxFrameSize);
        set(from.maxStreams(), to::maxStreams);
        set(from.pingAckTimeout(), to::pingAckTimeout);
        set(from.pingAckDropThreshold(), to::pingAckDropThreshold);
    }

    private static <T> void set(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    /** Bytes of a request's head, the target included. */
    int maxHead() {
        return maxHead;
    }

    /** Open client connections. */
    public int open() {
        return connections.open();
    }

    /**
     * From now on every answer closes its connection, so that clients go elsewhere before the port closes;
     * those with HTTP/2 are told by a GOAWAY.
     */
    public void close() {
        closing = true;
        http2.announce();
    }

    /** Whether every client with HTTP/2 has read that it is to go. */
    public boolean areTold() {
        return http2.areSettled();
    }

    /** The port closes: HTTP/2 connections take no more requests. */
    public void closed() {
        http2.finish();
    }

    boolean closing() {
        return closing;
    }

    /** Whose forwarded headers are believed. */
    Forwarding forwarding() {
        return forwarding.get();
    }

    RequestListener listener() {
        return listener;
    }

    /** Called for each new connection; one that is too many is closed. */
    public boolean admit(Channel channel) {
        ClientLimits now = limits;
        boolean behindProxy = !now.proxies().isEmpty();
        if (behindProxy && !(channel.remoteAddress() instanceof InetSocketAddress peer
                && now.proxies().contains(peer.getAddress()))) {
            turnAway(channel, Reason.DENIED);
            return false;
        }
        if (!connections.admit(channel, now) || (!behindProxy && !connections.identify(channel, now))) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    /** Called when everything else is in the pipeline: what comes now stands before all of it. */
    public void awaitHeader(Channel channel) {
        FailedHandshakes.install(channel, this::turnAway);
        if (!limits.proxies().isEmpty()) {
            ProxyHeader.await(channel, this);
        }
    }

    /** A PROXY header said who the client is; one that has too many connections is closed. */
    boolean identified(Channel channel) {
        boolean admitted = connections.identify(channel, limits);
        if (!admitted) {
            turnAway(channel, Reason.TOO_MANY_CONNECTIONS);
        }
        return admitted;
    }

    /** Closes a connection before its first request. */
    void turnAway(Channel channel, Reason reason) {
        new ClientGuard(this, limits, rules, ticker).turnAway(channel, reason);
    }

    /** Called for each connection that speaks HTTP/2. */
    public void http2(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        for (String name : List.of(BYTES, GUARD)) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        http2.add(channel, Http2Session.begin(channel, this, limits, ticker));
        // of an upload that is held up its stream's window is not given back: others must go on
        channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(HTTP2_WINDOW));
    }

    /** Called for each HTTP/2 stream, when Reactor Netty has set up its pipeline. */
    public void stream(Channel stream) {
        stream.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, GUARD,
                new StreamGuard(this, limits, rules, ticker, Http2Session.of(stream.parent())));
    }

    /** Tells of a request that is served though it breaks a rule. */
    void report(Channel connection, Violation violation) {
        if (violation.rule() != null && violation.detail() != null) {
            rulesBroken.broken(violation.rule(), Forwarding.address(ClientAddress.of(connection)),
                    violation.detail());
        }
    }

    /** Tells of a request that no lane has seen. */
    void tell(Channel connection, HttpRequest request, Violation violation, long bodyBytes) {
        Reason reason = violation.reason();
        listener.served(new ServedRequest(Forwarding.address(ClientAddress.of(connection)),
                request.method().name(), request.uri(), reason.status(), reason, Lane.NONE, null, null, 0,
                bodyBytes, 0, 0, violation.detail()));
    }

    /** Tells of a connection's end that no request is the cause of. */
    void tell(Channel connection, Reason reason) {
        listener.served(new ServedRequest(Forwarding.address(ClientAddress.of(connection)), "-", "-",
                reason.status(), reason, Lane.NONE, null, null, 0, 0, 0, 0));
    }

    /** Called for each connection that speaks HTTP/1.1, when Reactor Netty has set up its pipeline. */
    public void install(Channel channel) {
        ClientGuard guard = new ClientGuard(this, limits, rules, ticker);
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            pipeline.addFirst(BYTES, new ByteWatch(guard));
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, GUARD, guard);
        }
    }
}
