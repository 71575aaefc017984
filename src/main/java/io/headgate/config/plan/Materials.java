package io.headgate.config.plan;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.pool.StickyKeys;

/**
 * Objects outside {@code headgate.*} that a plan refers to by name.
 *
 * @param ownKeys of this process, which sign sticky cookies if no key is configured
 */
public record Materials(RouteDefinitions routes, TlsMaterial tls, CircuitBreakerRegistry breakers,
        StickyKeys ownKeys) {}
