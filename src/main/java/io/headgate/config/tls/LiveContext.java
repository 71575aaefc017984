package io.headgate.config.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * A context that is replaced when its bundle is. It stays itself meanwhile, so that whoever holds it needs
 * not be told: each new connection gets what is in force.
 */
final class LiveContext extends SslContext implements Supplier<SslContext> {

    private volatile SslContext now;

    LiveContext(SslContext now) {
        this.now = now;
    }

    void replace(SslContext next) {
        now = next;
    }

    @Override
    public SslContext get() {
        return now;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return now.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return now.newEngine(allocator, host, port);
    }

    @Override
    public boolean isClient() {
        return now.isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return now.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // every context must have one
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return now.applicationProtocolNegotiator();
    }

    @Override
    public SSLSessionContext sessionContext() {
        return now.sessionContext();
    }
}
