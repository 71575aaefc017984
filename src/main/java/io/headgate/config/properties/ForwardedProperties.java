package io.headgate.config.properties;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The X-Forwarded-* and Forwarded headers that members get.
 *
 * @param trusted the networks of balancers in front, whose own forwarded headers are kept and extended;
 *            anybody else's are dropped
 */
@ConfigurationProperties("headgate.forwarded")
public record ForwardedProperties(@DefaultValue List<String> trusted) {}
