/**
 * A shared HTTP cache (RFC 9111) for both lanes: it knows neither of them. Start with
 * {@link io.headgate.l7.cache.CacheTurn}, which is one request's dealings with the cache; {@code Storable}
 * decides what is kept, {@code Freshness} for how long, {@code Store} keeps it, {@code Flights} makes many
 * misses one request.
 */
@NullMarked
package io.headgate.l7.cache;

import org.jspecify.annotations.NullMarked;
