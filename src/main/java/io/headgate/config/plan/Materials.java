package io.headgate.config.plan;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.config.tls.ReloadedBundles;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.pool.StickyKeys;

/**
 * Objects outside {@code headgate.*} that a plan refers to by name.
 *
 * @param bundles the SSL bundles, which a reload changes
 * @param ownKeys of this process, which sign sticky cookies if no key is configured
 */
public record Materials(RouteDefinitions routes, TlsMaterial tls, ReloadedBundles bundles,
        CircuitBreakerRegistry breakers,
        StickyKeys ownKeys) {}
