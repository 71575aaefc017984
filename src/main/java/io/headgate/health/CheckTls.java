package io.headgate.health;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks through TLS.
 *
 * @param context a client's context, with the authorities to trust and the certificate to show
 * @param serverName the name to ask for (SNI) and to find in the certificate, null for the member's host
 */
public record CheckTls(SslContext context, @Nullable String serverName) {}
