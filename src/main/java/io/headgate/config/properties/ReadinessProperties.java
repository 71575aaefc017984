package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the readiness probe says UP for the first time.
 *
 * @param timeout after which it does even though some pool has not had its first verdict
 */
@ConfigurationProperties("headgate.readiness")
public record ReadinessProperties(@DefaultValue("10s") Duration timeout) {}
