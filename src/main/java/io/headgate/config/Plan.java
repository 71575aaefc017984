package io.headgate.config;

import io.headgate.config.properties.HeadgateProperties;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.pool.PoolSpec;
import java.util.List;

/**
 * The whole configuration, checked and compiled: it can be applied as it is.
 *
 * @param properties what it was made of
 */
public record Plan(HeadgateProperties properties, List<PoolSpec> pools, ClientLimits clientLimits,
        Forwarding forwarding) {}
