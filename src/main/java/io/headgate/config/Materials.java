package io.headgate.config;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

/** What a plan refers to by name and finds outside of {@code headgate.*}. */
record Materials(RouteDefinitions routes, TlsMaterial tls, CircuitBreakerRegistry breakers) {}
