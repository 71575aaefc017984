package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pool for TLS connections to some names; TLS is passed through, not decrypted. The most specific name
 * wins.
 *
 * @param names the host names that the rule matches; *.example.org stands for all names below example.org, *
 *            for all names and for clients that send none
 * @param alpn the application protocols of which the client must offer one, such as h2; by default any
 * @param pool the pool that serves these names
 */
@ConfigurationProperties("headgate.listeners.*.sni[*]")
public record SniProperties(@DefaultValue List<String> names, @DefaultValue List<String> alpn,
        @Nullable String pool) {}
