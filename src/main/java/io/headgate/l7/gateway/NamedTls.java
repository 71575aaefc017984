package io.headgate.l7.gateway;

import io.headgate.pool.MemberTls;
import io.headgate.security.ForwardingSslContext;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import javax.net.ssl.SSLEngine;

/** Asks members for one name, and accepts certificates for that name only, whatever their addresses are. */
final class NamedTls extends ForwardingSslContext {

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
    protected SslContext delegate() {
        return context;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return context.newEngine(allocator, name, port);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return context.newEngine(allocator, name, -1);
    }
}
