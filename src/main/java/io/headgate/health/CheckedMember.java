package io.headgate.health;

import io.headgate.pool.Address;
import io.headgate.pool.Member;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The member that a check asks.
 *
 * @param pool the pool's name
 * @param member the member's id
 * @param address where the check goes
 */
record CheckedMember(String pool, String member, Address address) {

    static CheckedMember of(Member member, HealthSpec spec) {
        Address address = member.address();
        Integer port = spec.port();
        return new CheckedMember(member.pool().name(), member.id(),
                port == null ? address : new Address(address.host(), port));
    }

    /** The host that an HTTP request names; a Unix domain socket has none. */
    String authority() {
        return address.path() == null ? address.toString() : "localhost";
    }

    /** Unresolved only if it is a name, because resolving an IP address would cost time in each check. */
    InetSocketAddress socketAddress() {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
        return literal == null
                ? InetSocketAddress.createUnresolved(address.host(), address.port())
                : new InetSocketAddress(literal, address.port());
    }
}
