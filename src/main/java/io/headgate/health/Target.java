package io.headgate.health;

import io.headgate.pool.Address;
import io.headgate.pool.Member;
import java.net.InetSocketAddress;

/**
 * Whom a check asks.
 *
 * @param pool the pool's name
 * @param member the member's id
 * @param address where the check goes
 */
record Target(String pool, String member, Address address) {

    static Target of(Member member, HealthSpec spec) {
        Address address = member.address();
        Integer port = spec.port();
        return new Target(member.pool().name(), member.id(),
                port == null ? address : new Address(address.host(), port));
    }

    InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
}
