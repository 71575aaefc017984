package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Faults on purpose, for drills.
 *
 * @param enabled whether filters {@code Fault} do what they say; otherwise they do nothing
 */
@ConfigurationProperties("headgate.faults")
public record FaultProperties(@DefaultValue("false") boolean enabled) {}
