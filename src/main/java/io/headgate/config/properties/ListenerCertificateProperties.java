package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A certificate for some names; the most specific name wins.
 *
 * @param names the host names that the certificate is for; *.example.org stands for all names below
 *            example.org
 * @param bundle the SSL bundle (spring.ssl.bundle) with the certificate and its key
 */
@ConfigurationProperties("headgate.listeners.*.tls.certificates[*]")
public record ListenerCertificateProperties(@DefaultValue List<String> names, @Nullable String bundle) {}
