package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which lines of the access log are written: those that meet every condition that is given. A line without
 * the field that a condition asks for does not meet it.
 *
 * @param status statuses, such as 404 or 500-599
 * @param slowerThan requests and connections that took at least as long; 0 for all
 * @param reasons reasons, such as no-member
 * @param routes ids of routes
 * @param pools names of pools
 */
@ConfigurationProperties("headgate.access-log.only")
public record LogSelectionProperties(@DefaultValue List<String> status,
        @DefaultValue("0s") Duration slowerThan, @DefaultValue List<String> reasons,
        @DefaultValue List<String> routes, @DefaultValue List<String> pools) {}
