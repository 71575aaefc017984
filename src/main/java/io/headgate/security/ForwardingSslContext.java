package io.headgate.security;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * A TLS context that has another one do the work; what a subclass changes, it overrides. Netty's own
 * {@code DelegatingSslContext} can change neither the name that a member is asked for nor the other context
 * itself.
 */
public abstract class ForwardingSslContext extends SslContext {

    /** The context that does the work, asked for at each call: it may be another one by then. */
    protected abstract SslContext delegate();

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return delegate().newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return delegate().newEngine(allocator, host, port);
    }

    @Override
    public final boolean isClient() {
        return delegate().isClient();
    }

    @Override
    public final List<String> cipherSuites() {
        return delegate().cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // every context must have one
    public final ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return delegate().applicationProtocolNegotiator();
    }

    @Override
    public final SSLSessionContext sessionContext() {
        return delegate().sessionContext();
    }
}
