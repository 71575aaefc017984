package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A certificate that is issued by ACME.
 *
 * @param names the host names for which it is valid
 * @param trust the SSL bundle whose trust store listeners with this certificate check clients' certificates
 *            with
 */
@ConfigurationProperties("headgate.acme.certificates.*")
public record AcmeCertificateProperties(@DefaultValue List<String> names, @Nullable String trust) {}
