package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the readiness probe says UP for the first time.
 *
 * @param timeout the time after which readiness says UP, even if a pool has not had its first verdict
 */
@ConfigurationProperties("headgate.readiness")
public record ReadinessProperties(@DefaultValue("10s") Duration timeout) {}
