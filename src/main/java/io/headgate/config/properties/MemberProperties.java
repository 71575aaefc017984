package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One member, in its long form.
 *
 * @param id names the member within its pool; its address where none is given, of a Unix domain socket the
 *            last part of its path
 * @param address host:port, an IPv6 address in brackets; or unix:/path, a Unix domain socket with a path of
 *            at most 107 bytes, for layer 4 on Linux
 * @param weight its share of new work, 0 to 256; 0 takes none
 * @param maxConnections the most requests and connections in flight, 0 for no limit; the pool's value where
 *            none is given
 * @param backup serves only when no ordinary member can
 * @param zone where it stands
 */
@ConfigurationProperties("headgate.pools.*.members[*]")
public record MemberProperties(@Nullable String id, @Nullable String address, @DefaultValue("1") int weight,
        @Nullable Integer maxConnections, @DefaultValue("false") boolean backup, @Nullable String zone) {

    /** The short form. */
    public static MemberProperties at(String address) {
        return new MemberProperties(null, address, 1, null, false, null);
    }
}
