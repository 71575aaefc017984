package io.headgate.config.plan;

import io.headgate.config.properties.HeadgateProperties;
import io.headgate.discovery.DiscoverySpec;
import io.headgate.health.HealthSpec;
import io.headgate.health.OutlierSpec;
import io.headgate.l4.ListenerSpec;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.StickyKeys;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked and compiled: it can be applied as it is.
 *
 * @param properties what it was made of
 * @param checks the active checks, by pool
 * @param outliers the passive detection, by pool
 * @param discovery where members are found, by pool
 * @param stickyKeys what sticky cookies are signed with
 */
public record Plan(HeadgateProperties properties, List<PoolSpec> pools, Map<String, HealthSpec> checks,
        Map<String, OutlierSpec> outliers, Map<String, DiscoverySpec> discovery,
        List<ListenerSpec> listeners,
        ClientLimits clientLimits,
        Forwarding forwarding, StickyKeys stickyKeys) {}
