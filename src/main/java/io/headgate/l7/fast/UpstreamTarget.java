package io.headgate.l7.fast;

import io.headgate.net.ClientSource;
import io.headgate.pool.Address;
import io.headgate.pool.ConnectionCounts;
import io.headgate.pool.Member;
import io.headgate.pool.MemberTls;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads.
 *
 * @param key whom it is kept for: a member, a member for the clients of one address, or the address of a
 *            fixed target
 * @param tls what secures it, null for clear text
 * @param authority the Host that a request gets by default
 * @param counts of its pool
 */
record UpstreamTarget(Object key, Address address, @Nullable MemberTls tls, AsciiString authority,
        ConnectionCounts counts) {

    /** Nobody asks for these. */
    private static final ConnectionCounts OF_FIXED_TARGETS = new ConnectionCounts();

    static UpstreamTarget of(Object key, Address address, @Nullable MemberTls tls) {
        Member member = member(key);
        return new UpstreamTarget(key, address, tls, AsciiString.of(authority(address, tls != null)),
                member == null ? OF_FIXED_TARGETS : member.pool().connections());
    }

    /** The member that a connection with this key leads to; null for a fixed target. */
    static @Nullable Member member(Object key) {
        return switch (key) {
            case Member member -> member;
            case MemberFrom(Member member, ClientSource _) -> member;
            default -> null;
        };
    }

    /** The member that it leads to; null for a fixed target. */
    @Nullable
    Member member() {
        return member(key);
    }

    /** The address that the member sees; null for this machine's own. */
    @Nullable
    ClientSource source() {
        return key instanceof MemberFrom(Member _, ClientSource from) ? from : null;
    }

    /** As clients write it: without the scheme's own port. */
    private static String authority(Address address, boolean secure) {
        String whole = address.toString();
        return address.port() == (secure ? 443 : 80) ? whole.substring(0, whole.lastIndexOf(':')) : whole;
    }
}
