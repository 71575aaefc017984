package io.headgate.pool;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a pool's members go through TLS.
 *
 * @param context whom to trust and what to show; used by whoever opens connections
 * @param serverName the name to ask for (SNI) and to find in the certificate, null for the member's host
 */
public record MemberTls(SslContext context, @Nullable String serverName) {

    /** The name that a member's certificate must have. */
    public String nameOf(Address member) {
        return serverName != null ? serverName : member.host();
    }
}
