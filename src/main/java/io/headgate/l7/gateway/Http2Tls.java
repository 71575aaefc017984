package io.headgate.l7.gateway;

import io.headgate.security.ForwardingSslContext;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A pool's TLS that offers only these protocols (ALPN). The pool's own context offers none, because checks
 * and layer 4 use it for other protocols.
 */
final class Http2Tls extends ForwardingSslContext {

    private final SslContext context;
    private final String[] protocols;

    Http2Tls(SslContext context, String... protocols) {
        this.context = context;
        this.protocols = protocols;
    }

    @Override
    protected SslContext delegate() {
        return context;
    }

    private SSLEngine offering(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return offering(super.newEngine(allocator, host, port));
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return offering(super.newEngine(allocator));
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
        return new Agreed(newEngine(allocator), startTls);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
        return newHandler(allocator, startTls);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, String host, int port, boolean startTls) {
        return new Agreed(newEngine(allocator, host, port), startTls);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, String host, int port, boolean startTls,
            Executor executor) {
        return newHandler(allocator, host, port, startTls);
    }

    /** Reports the agreed protocol, which Netty's handler knows only of engines that Netty made for ALPN. */
    private static final class Agreed extends SslHandler {

        Agreed(SSLEngine engine, boolean startTls) {
            super(engine, startTls);
        }

        @Override
        public @Nullable String applicationProtocol() {
            String agreed = engine().getApplicationProtocol();
            return agreed == null || agreed.isEmpty() ? null : agreed;
        }
    }
}
