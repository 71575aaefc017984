package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What happens on SIGTERM: readiness goes down, new work is still accepted for the delay, then listening
 * sockets close and open connections and requests may finish.
 *
 * @param delay how long new work is still accepted after readiness went down, so that balancers in front can
 *            notice
 * @param drainTimeout how long open L4 connections and WebSockets may go on after the delay; requests have
 *            this time or spring.lifecycle.timeout-per-shutdown-phase, whichever is longer
 */
@ConfigurationProperties("headgate.shutdown")
public record ShutdownProperties(@DefaultValue("0s") Duration delay,
        @DefaultValue("30s") Duration drainTimeout) {}
