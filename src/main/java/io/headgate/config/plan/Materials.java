package io.headgate.config.plan;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.pool.StickyKeys;

/**
 * What a plan refers to by name and finds outside of {@code headgate.*}.
 *
 * @param ownKeys of this process, which sign sticky cookies where no key is configured
 */
public record Materials(RouteDefinitions routes, TlsMaterial tls, CircuitBreakerRegistry breakers,
        StickyKeys ownKeys) {}
