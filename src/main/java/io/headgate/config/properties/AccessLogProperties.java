package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether the access log is written: one line for each request and each L4 connection, on the logger
 * headgate.access.
 *
 * @param enabled whether the access log is written
 */
@ConfigurationProperties("headgate.access-log")
public record AccessLogProperties(@DefaultValue("true") boolean enabled) {}
