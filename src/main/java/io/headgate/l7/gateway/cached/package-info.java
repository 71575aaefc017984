/**
 * The cache ({@code io.headgate.l7.cache}) on the slow lane, and the filters that switch it on. Start with
 * {@link io.headgate.l7.gateway.cached.CacheGatewayFilterFactory}.
 */
@NullMarked
package io.headgate.l7.gateway.cached;

import org.jspecify.annotations.NullMarked;
