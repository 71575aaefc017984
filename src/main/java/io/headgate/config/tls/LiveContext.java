package io.headgate.config.tls;

import io.headgate.security.ForwardingSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;

/**
 * A context whose content is replaced when its bundle is renewed. Whoever holds it keeps it: each new
 * connection gets what is in force then.
 */
final class LiveContext extends ForwardingSslContext implements Supplier<SslContext> {

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
    protected SslContext delegate() {
        return now;
    }
}
