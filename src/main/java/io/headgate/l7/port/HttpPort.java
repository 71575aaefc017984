package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.AsyncMapping;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerConfig;
import reactor.netty.tcp.SslProvider;

/** A listener for HTTP at work: its port, the pipeline of the connections that it gets, and these. */
@SuppressWarnings("FutureReturnValueIgnored") // the end of a connection tells what any of them could
final class HttpPort {

    /**
     * Reactor Netty makes a pipeline for TLS because of it; {@link ServerNameWait} takes its place. Without a
     * limit for the handshake: nobody would stop its timer, which closes the connection.
     */
    private static final SslProvider REPLACED = SslProvider.builder().sslContext(placeholder())
            .setSniAsyncMappings((AsyncMapping<String, SslProvider>) (name, promise) -> promise
                    .setFailure(new IllegalStateException("not asked")))
            .handshakeTimeoutMillis(0).build();

    private final Port port;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private volatile HttpListenerSpec spec;
    private volatile Pipeline pipeline;

    /** How a connection begins. */
    private record Pipeline(ChannelHandler initializer, Map<ChannelOption<?>, ?> options) {}

    HttpPort(HttpListenerSpec spec, Port port, HttpServer server) {
        this.port = port;
        port.admission().countedBy(open::size);
        this.spec = spec;
        this.pipeline = pipeline(spec, server);
    }

    /** Never used: Reactor Netty insists on one. */
    private static SslContext placeholder() {
        try {
            return SslContextBuilder.forClient().sslProvider(io.netty.handler.ssl.SslProvider.JDK).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    HttpListenerSpec spec() {
        return spec;
    }

    Port port() {
        return port;
    }

    /** For the connections that are accepted from now on. */
    void apply(HttpListenerSpec next, HttpServer server) {
        port.apply(next);
        pipeline = pipeline(next, server);
        spec = next;
    }

    private Pipeline pipeline(HttpListenerSpec next, HttpServer server) {
        boolean tls = next.tls() != null;
        HttpServer own = tls ? server.secure(REPLACED) : server.noSSL();
        own = next.http2()
                ? own.protocol(HttpProtocol.HTTP11, tls ? HttpProtocol.H2 : HttpProtocol.H2C)
                : own.protocol(HttpProtocol.HTTP11);
        HttpServerConfig config = port.attach(own).configuration();
        return new Pipeline(
                config.channelInitializer(new ConnectionEnds(config.childObserver()), null, true),
                config.childOptions());
    }

    /** Takes a connection that has no event loop yet. */
    @SuppressWarnings("unchecked") // Reactor Netty has checked each value when it was set
    void accepted(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(closed -> open.remove(channel));
        Pipeline now = pipeline;
        now.options.forEach((option, value) -> channel.config().setOption((ChannelOption<Object>) option,
                value));
        channel.pipeline().addLast(now.initializer);
    }

    /** No more requests are served: connections without one are closed, the others end with theirs. */
    void finish() {
        port.finish();
        open.forEach(channel -> channel.eventLoop().execute(() -> end(channel)));
    }

    private static void end(Channel channel) {
        if (Http2Session.of(channel) == null && ChannelOperations.get(channel) == null) {
            channel.close();
        }
    }
}
