package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What happens on SIGTERM: readiness goes down, new work is still taken for the delay, then listening sockets
 * close and what is open may finish.
 *
 * @param delay how long new work is still taken after readiness went down, so that balancers in front can
 *            notice
 * @param drainTimeout how long open L4 connections may go on after that; requests have the longer one of this
 *            and spring.lifecycle.timeout-per-shutdown-phase
 */
@ConfigurationProperties("headgate.shutdown")
public record ShutdownProperties(@DefaultValue("0s") Duration delay,
        @DefaultValue("30s") Duration drainTimeout) {}
