package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Ends TLS at a listener if this is present.
 *
 * @param bundle the SSL bundle (spring.ssl.bundle) with the certificate for all names that have none of their
 *            own, and with the authorities that clients' certificates are checked against
 * @param certificates more certificates, by the name that a client asks for
 * @param strictSni refuse clients that ask for a name without a certificate of its own, or for none; bundle
 *            may be left out then
 * @param alpn the application protocols to agree on, best first, such as h2; by default none; with http,
 *            http2 says it
 * @param clientAuth whether clients show a certificate: none, want (a certificate is optional, but must be
 *            valid) or need
 * @param forwardClientCert with http, which headers tell members of the certificate that a client has shown:
 *            client-cert (RFC 9440) and xfcc (X-Forwarded-Client-Cert, as Envoy writes it)
 * @param handshakeTimeout how long a client may take for the TLS handshake after its ClientHello
 */
@ConfigurationProperties("headgate.listeners.*.tls")
public record ListenerTlsProperties(@Nullable String bundle,
        @DefaultValue List<ListenerCertificateProperties> certificates,
        @DefaultValue("false") boolean strictSni, @DefaultValue List<String> alpn,
        @DefaultValue("none") String clientAuth, @DefaultValue List<String> forwardClientCert,
        @DefaultValue("5s") Duration handshakeTimeout) {}
