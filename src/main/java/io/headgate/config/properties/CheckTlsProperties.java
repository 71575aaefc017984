package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Checks through TLS; present switches it on.
 *
 * @param bundle the SSL bundle (spring.ssl.bundle) with whom to trust and what to show; the system's trusted
 *            authorities where none is given
 * @param serverName the name to ask for and to find in the certificate, the member's host where none is given
 */
@ConfigurationProperties("headgate.pools.*.health.tls")
public record CheckTlsProperties(@Nullable String bundle, @Nullable String serverName) {}
