package io.headgate.config;

import io.headgate.config.properties.HeadgateProperties;
import io.headgate.health.HealthSpec;
import io.headgate.l4.ListenerSpec;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.pool.PoolSpec;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked and compiled: it can be applied as it is.
 *
 * @param properties what it was made of
 * @param checks the active checks, by pool
 */
public record Plan(HeadgateProperties properties, List<PoolSpec> pools, Map<String, HealthSpec> checks,
        List<ListenerSpec> listeners,
        ClientLimits clientLimits,
        Forwarding forwarding) {}
