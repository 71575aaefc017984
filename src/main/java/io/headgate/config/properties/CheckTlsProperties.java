package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Checks go through TLS if this is present.
 *
 * @param bundle the SSL bundle (spring.ssl.bundle) that says whom checks trust and which certificate they
 *            show; without one, checks trust the system's authorities
 * @param serverName the name that checks ask for (SNI) and expect in the certificate; by default the member's
 *            host
 */
@ConfigurationProperties("headgate.pools.*.health.tls")
public record CheckTlsProperties(@Nullable String bundle, @Nullable String serverName) {}
