package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where members are found, beside those that are listed. A source that fails keeps what it found last.
 *
 * @param dns host:port; every address of the host name is a member
 * @param srv a name of SRV records; every record is a member, with its port, priority (higher ones are
 *            backups) and weight
 * @param service a service that the application's Spring Cloud DiscoveryClient knows
 * @param least how long an answer is kept at least, whatever its time to live
 * @param most how long an answer is kept at most
 */
@ConfigurationProperties("headgate.pools.*.discovery")
public record DiscoveryProperties(@Nullable String dns, @Nullable String srv, @Nullable String service,
        @DefaultValue("1s") Duration least, @DefaultValue("30s") Duration most) {}
