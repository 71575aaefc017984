package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One member, in its long form.
 *
 * @param id the name of the member within its pool; by default its address, or the last part of the path of a
 *            Unix domain socket
 * @param address host:port, with an IPv6 address in brackets; or unix:/path, a Unix domain socket with a path
 *            of at most 107 bytes, for layer 4 on Linux
 * @param weight the member's share of new work, 0 to 256; a member of weight 0 gets none
 * @param maxConnections the most requests and connections in flight on the member, 0 for no limit; by default
 *            the pool's max-connections
 * @param backup whether the member serves only when no ordinary member can
 * @param zone the zone that the member is in
 */
@ConfigurationProperties("headgate.pools.*.members[*]")
public record MemberProperties(@Nullable String id, @Nullable String address, @DefaultValue("1") int weight,
        @Nullable Integer maxConnections, @DefaultValue("false") boolean backup, @Nullable String zone) {

    /** The short form. */
    public static MemberProperties at(String address) {
        return new MemberProperties(null, address, 1, null, false, null);
    }
}
