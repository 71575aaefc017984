package io.headgate.config.properties;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Everything under {@code headgate}.
 *
 * @param pools named sets of members that share work; routes refer to them as lb://NAME
 * @param listeners named layer 4 listeners
 * @param client what clients of the L7 port may use
 * @param forwarded the X-Forwarded-* and Forwarded headers
 * @param accessLog one line for each request and each L4 connection
 * @param shutdown what happens on SIGTERM
 * @param readiness when the readiness probe says UP for the first time
 * @param management who may write to the management port
 * @param reload when the configuration is read again
 * @param zone the zone that this gateway is in, as members' zone names it
 * @param sticky the keys that sign the cookies of sticky pools
 * @param fastPath the compiled path for routes whose predicates and filters are known
 * @param tunnels WebSockets on the fast lane
 * @param kernel the rules of listeners that the kernel serves
 * @param cache the cache that routes with the filter Cache share
 * @param faults faults on purpose, for drills
 * @param overload what is refused when there is more to do than this process can
 * @param errorPages the pages in the place of Headgate's own error answers
 * @param acme certificates that an authority issues
 */
@ConfigurationProperties("headgate")
public record HeadgateProperties(@Live @DefaultValue Map<String, PoolProperties> pools,
        @Live @DefaultValue Map<String, ListenerProperties> listeners,
        @Live("for new connections") @DefaultValue ClientProperties client,
        @Live @DefaultValue ForwardedProperties forwarded, @DefaultValue AccessLogProperties accessLog,
        @DefaultValue ShutdownProperties shutdown, @DefaultValue ReadinessProperties readiness,
        @DefaultValue ManagementProperties management, @DefaultValue ReloadProperties reload,
        @Live @Nullable String zone, @Live @DefaultValue StickyProperties sticky,
        @DefaultValue FastPathProperties fastPath, @Live @DefaultValue TunnelProperties tunnels,
        @DefaultValue KernelProperties kernel, @DefaultValue CacheProperties cache,
        @DefaultValue FaultProperties faults, @DefaultValue OverloadProperties overload,
        @Live @DefaultValue List<ErrorPageProperties> errorPages,
        @DefaultValue AcmeProperties acme) {}
