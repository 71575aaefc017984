package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections to a pool's members go through TLS if this is present. So do checks that have neither a tls nor
 * a port of their own.
 *
 * @param enabled whether connections to members go through TLS; false switches off what another file has
 *            switched on
 * @param bundle the SSL bundle (spring.ssl.bundle) that says whom Headgate trusts and which certificate it
 *            shows; without one, Headgate trusts the system's authorities
 * @param serverName the name that Headgate asks for (SNI) and expects in the member's certificate; by default
 *            the member's host
 * @param verify whether the member's certificate is verified; false accepts any certificate for any name, so
 *            that an attacker in between can read and change everything
 */
@ConfigurationProperties("headgate.pools.*.tls")
public record MemberTlsProperties(@DefaultValue("true") boolean enabled, @Nullable String bundle,
        @Nullable String serverName, @DefaultValue("true") boolean verify) {}
