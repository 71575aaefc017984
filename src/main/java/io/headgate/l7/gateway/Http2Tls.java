package io.headgate.l7.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * A pool's TLS that offers HTTP/2 and nothing else (ALPN). The pool's own context offers nothing: checks and
 * layer 4, which use it too, speak otherwise.
 */
final class Http2Tls extends SslContext {

    private final SslContext context;

    Http2Tls(SslContext context) {
        this.context = context;
    }

    private static SSLEngine offering(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{ApplicationProtocolNames.HTTP_2});
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return offering(context.newEngine(allocator, host, port));
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return offering(context.newEngine(allocator));
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

    @Override
    public boolean isClient() {
        return true;
    }

    @Override
    public List<String> cipherSuites() {
        return context.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // every context must have one
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return context.applicationProtocolNegotiator();
    }

    @Override
    public SSLSessionContext sessionContext() {
        return context.sessionContext();
    }

    /** Tells what was agreed on, which Netty's knows only of engines of its own making. */
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
