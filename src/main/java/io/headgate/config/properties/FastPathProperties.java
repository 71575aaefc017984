package io.headgate.config.properties;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The compiled path for routes whose predicates and filters are known.
 *
 * @param enabled whether routes are compiled for the fast path; false sends every route through Spring Cloud
 *            Gateway's own filters
 * @param debugHeader whether each answer, of either lane, names its lane, route and member in an X-Headgate
 *            header; clients then see these internals
 * @param headFilters filters of your own for Spring (WebFilter, GlobalFilter, the factory of a GatewayFilter)
 *            that look at the heads of requests and answers and change nothing else, by the name of the bean
 *            or of its class: they run on the fast lane
 * @param unrelatedBeans filters of your own that do nothing for routes, by the name of the bean or of its
 *            class; without this each of them makes every route slow
 */
@ConfigurationProperties("headgate.fast-path")
public record FastPathProperties(@DefaultValue("true") boolean enabled,
        @Live @DefaultValue("false") boolean debugHeader, @DefaultValue List<String> headFilters,
        @DefaultValue List<String> unrelatedBeans) {}
