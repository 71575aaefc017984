package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The header Strict-Transport-Security, with which browsers come by nothing but https from then on.
 *
 * @param maxAge how long browsers remember it
 * @param includeSubdomains whether it holds for all names below this one, too
 * @param preload whether the name may stand in the lists that browsers come with
 */
@ConfigurationProperties("headgate.listeners.*.hsts")
public record HstsProperties(@DefaultValue("365d") Duration maxAge,
        @DefaultValue("false") boolean includeSubdomains, @DefaultValue("false") boolean preload) {}
