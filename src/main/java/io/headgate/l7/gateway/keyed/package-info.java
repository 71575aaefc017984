/**
 * Spring Cloud Gateway's RequestRateLimiter on the fast lane: asks the application's own KeyResolver and
 * RateLimiter about requests that Spring never sees. Start with
 * {@link io.headgate.l7.gateway.keyed.KeyedLimit}.
 */
@NullMarked
package io.headgate.l7.gateway.keyed;

import org.jspecify.annotations.NullMarked;
