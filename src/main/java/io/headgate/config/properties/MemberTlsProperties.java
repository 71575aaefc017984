package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections to a pool's members go through TLS; present switches it on. Checks without a tls and a port of
 * their own go the same way.
 *
 * @param enabled false switches it off where another file has switched it on
 * @param bundle the SSL bundle (spring.ssl.bundle) with whom to trust and what to show; the system's trusted
 *            authorities where none is given
 * @param serverName the name to ask for (SNI) and to find in the certificate, the member's host where none is
 *            given
 * @param verify false takes any certificate for any name: whoever stands between can read and change all
 */
@ConfigurationProperties("headgate.pools.*.tls")
public record MemberTlsProperties(@DefaultValue("true") boolean enabled, @Nullable String bundle,
        @Nullable String serverName, @DefaultValue("true") boolean verify) {}
