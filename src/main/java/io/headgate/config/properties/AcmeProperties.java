package io.headgate.config.properties;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Certificates that an authority issues by ACME (RFC 8555).
 *
 * @param directory the authority's directory
 * @param termsAgreed whether you agree to the authority's terms of service
 * @param email where the authority may write to
 * @param folder where keys and certificates are kept; replicas may share it
 * @param bundle the SSL bundle (spring.ssl.bundle) whose trust store the authority's own certificate is
 *            checked with; by default the system's authorities
 * @param certificates by the name of the SSL bundle that each becomes
 */
@ConfigurationProperties("headgate.acme")
public record AcmeProperties(@DefaultValue("https://acme-v02.api.letsencrypt.org/directory") String directory,
        @DefaultValue("false") boolean termsAgreed, @Nullable String email, @Nullable String folder,
        @Nullable String bundle, @DefaultValue Map<String, AcmeCertificateProperties> certificates) {}
