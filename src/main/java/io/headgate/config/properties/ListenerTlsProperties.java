package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Ends TLS at a listener; present switches it on.
 *
 * @param bundle the SSL bundle (spring.ssl.bundle) with the certificate for all names without one of their
 *            own, and with whom to trust of clients
 * @param certificates other certificates by the name that a client asks for
 * @param alpn the application protocols to agree on, the best first, such as h2; none where none is given
 * @param clientAuth whether clients show a certificate: none, want (it must be valid if there is one) or need
 * @param handshakeTimeout how long a client may take for the handshake after its ClientHello
 */
@ConfigurationProperties("headgate.listeners.*.tls")
public record ListenerTlsProperties(@Nullable String bundle,
        @DefaultValue List<ListenerCertificateProperties> certificates, @DefaultValue List<String> alpn,
        @DefaultValue("none") String clientAuth, @DefaultValue("5s") Duration handshakeTimeout) {}
