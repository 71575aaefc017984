package io.headgate.config.properties;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The X-Forwarded-* and Forwarded headers that members get.
 *
 * @param trusted the networks of the balancers in front of Headgate; their X-Forwarded-* and Forwarded
 *            headers are kept and extended, those of all other clients are dropped. Behind them, the client
 *            is whom X-Forwarded-For names, for limits, address rules, balancing and the access log
 * @param requestId whether members get an X-Request-Id, which is also in the access log and in Headgate's own
 *            answers: that of a trusted balancer, or else a new one
 */
@ConfigurationProperties("headgate.forwarded")
public record ForwardedProperties(@DefaultValue List<String> trusted, boolean requestId) {}
