/**
 * Filters that work on Spring's {@code ServerWebExchange}, on the fast lane: Spring Security's chains, header
 * filters, and what a user declares to look at heads only. They see the head of a request and the head of its
 * answer, and never a body. Start with {@link io.headgate.l7.gateway.spring.HeadFilter}.
 */
@NullMarked
package io.headgate.l7.gateway.spring;

import org.jspecify.annotations.NullMarked;
