package io.headgate.pool;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a pool's members go through TLS.
 *
 * @param context the authorities to trust and the certificate to show, for every connection to members
 * @param serverName the name to ask for (SNI) and to find in the certificate, null for the member's host
 */
public record MemberTls(SslContext context, @Nullable String serverName) {

    /** The name that a member's certificate must have. */
    public String nameOf(Address member) {
        return serverName != null ? serverName : member.host();
    }
}
