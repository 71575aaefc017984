package io.headgate.l7.gateway;

import io.headgate.pool.MemberTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** Asks members for one name and accepts certificates for that name alone, whatever their addresses are. */
final class NamedTls extends SslContext {

    private final SslContext context;
    private final String name;

    private NamedTls(SslContext context, String name) {
        this.context = context;
        this.name = name;
    }

    static SslContext of(MemberTls tls) {
        return tls.serverName() == null ? tls.context() : new NamedTls(tls.context(), tls.serverName());
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return context.newEngine(allocator, name, port);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return context.newEngine(allocator, name, -1);
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
}
