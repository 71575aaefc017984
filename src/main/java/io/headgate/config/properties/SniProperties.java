package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pool serves TLS connections for some names; TLS is passed through, not decrypted. The most specific
 * name wins.
 *
 * @param names host names; *.example.org for all below one, * for all and for clients that name none
 * @param alpn application protocols of which the client must offer one, such as h2; any where none is given
 * @param pool whose members serve them
 */
@ConfigurationProperties("headgate.listeners.*.sni[*]")
public record SniProperties(@DefaultValue List<String> names, @DefaultValue List<String> alpn,
        @Nullable String pool) {}
