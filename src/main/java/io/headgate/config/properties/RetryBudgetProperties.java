package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many requests of the pool may be repeated at once by the Retry filters of routes: whichever of the two
 * is more. A request beyond that is not repeated.
 *
 * @param percent share of the requests in flight on the pool's members, in percent, 0 to 100
 * @param min how many may be repeated at once however few are in flight, 0 or more
 */
@ConfigurationProperties("headgate.pools.*.retry-budget")
public record RetryBudgetProperties(@DefaultValue("20") int percent, @DefaultValue("3") int min) {}
