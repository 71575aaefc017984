package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One line for each request and each L4 connection, on the logger headgate.access.
 *
 * @param enabled whether lines are written
 */
@ConfigurationProperties("headgate.access-log")
public record AccessLogProperties(@DefaultValue("true") boolean enabled) {}
