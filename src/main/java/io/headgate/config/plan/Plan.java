package io.headgate.config.plan;

import io.headgate.config.fault.Fault;
import io.headgate.config.properties.HeadgateProperties;
import io.headgate.l4.ListenerSpec;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.port.HttpListenerSpec;
import io.headgate.observe.access.AccessLogSpec;
import io.headgate.pool.StickyKeys;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked and compiled: it can be applied as it is.
 *
 * @param properties from which it was made
 * @param pools by name, in configured order
 * @param listeners by name, in configured order
 * @param httpListeners those of them that are for HTTP, what they are beyond their sockets
 * @param clientLimits what clients of the L7 port may use
 * @param forwarding which peers' forwarded headers are trusted
 * @param stickyKeys the keys that sign sticky cookies
 * @param accessLog null if no access log is written
 * @param errorPages those in the place of Headgate's own error answers
 * @param warnings what is probably not meant
 */
public record Plan(HeadgateProperties properties, Map<String, PoolPlan> pools,
        Map<String, ListenerSpec> listeners, Map<String, HttpListenerSpec> httpListeners,
        ClientLimits clientLimits, Forwarding forwarding, StickyKeys stickyKeys,
        @Nullable AccessLogSpec accessLog, ErrorPages errorPages, List<Fault> warnings) {

    public Plan {
        pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
        listeners = Collections.unmodifiableMap(new LinkedHashMap<>(listeners));
        httpListeners = Collections.unmodifiableMap(new LinkedHashMap<>(httpListeners));
        warnings = List.copyOf(warnings);
    }

    /** The same plan over other pools. */
    public Plan withPools(Map<String, PoolPlan> others) {
        return new Plan(properties, others, listeners, httpListeners, clientLimits, forwarding, stickyKeys,
                accessLog, errorPages, warnings);
    }

    /** One part of the pools' plans, of each pool that has it, by the pool's name. */
    public <T> Map<String, T> ofPools(Function<PoolPlan, @Nullable T> part) {
        Map<String, T> parts = new LinkedHashMap<>();
        pools.forEach((name, pool) -> {
            T value = part.apply(pool);
            if (value != null) {
                parts.put(name, value);
            }
        });
        return parts;
    }
}
