package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where members are found, in addition to those that are listed. A source that fails keeps its last good
 * answer.
 *
 * @param dns a host name and port, host:port; each address of the name is a member
 * @param srv a name with SRV records; each record is a member, with the record's port, priority (members of
 *            higher ones are backups) and weight
 * @param service the name of a service that the application's Spring Cloud DiscoveryClient knows; each
 *            instance is a member
 * @param least the shortest time after which members are looked up again, even if the answer's time to live
 *            is shorter
 * @param most the longest time after which members are looked up again, even if the answer's time to live is
 *            longer
 */
@ConfigurationProperties("headgate.pools.*.discovery")
public record DiscoveryProperties(@Nullable String dns, @Nullable String srv, @Nullable String service,
        @DefaultValue("1s") Duration least, @DefaultValue("30s") Duration most) {}
