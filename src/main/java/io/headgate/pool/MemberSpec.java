package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a member is, as configured or discovered.
 *
 * @param id names the member within its pool
 * @param address where it listens
 * @param weight its share of new work, 0 to 256; 0 takes none
 * @param maxConnections the most requests and connections in flight at once, 0 for no limit
 * @param backup serves only when no ordinary member can
 * @param zone where it stands, for zone preference
 */
public record MemberSpec(String id, Address address, int weight, int maxConnections, boolean backup,
        @Nullable String zone) {

    /** The largest weight. */
    public static final int MAX_WEIGHT = 256;

    /** A member with the defaults, named by its address. */
    public static MemberSpec of(Address address) {
        return new MemberSpec(address.toString(), address, 1, 0, false, null);
    }

    /** What names a running thing: as long as it stays the same, so does its state. */
    public record Identity(String id, Address address) {}

    public Identity identity() {
        return new Identity(id, address);
    }
}
