package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether a pool prefers the members of the gateway's own zone.
 *
 * @param prefer whether work stays in the zone that headgate.zone names
 * @param threshold the share of the zone's weight that must be able to take work for the zone to get all of
 *            it, in percent from 1 to 100; if only h percent can, the zone gets h / threshold of the work,
 *            and the other zones the rest
 */
@ConfigurationProperties("headgate.pools.*.zones")
public record ZoneProperties(@DefaultValue("false") boolean prefer, @DefaultValue("70") int threshold) {}
