package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.security.AddressRules;

/**
 * What a listener is, as configured.
 *
 * @param name lower-case letters, digits and hyphens
 * @param bind where it listens; port 0 takes any free port
 * @param pool whose members serve it
 * @param rules which clients may connect
 * @param limits how many connections may be open
 * @param timeouts replace the pool's
 * @param socket options of its sockets
 */
public record ListenerSpec(String name, Address bind, String pool, AddressRules rules, ListenerLimits limits,
        ListenerTimeouts timeouts, SocketOptions socket) {

    /** A TCP listener with the defaults: open to everybody, without limits, with the pool's timeouts. */
    public static ListenerSpec tcp(String name, Address bind, String pool) {
        return new ListenerSpec(name, bind, pool, AddressRules.OPEN, ListenerLimits.NONE,
                ListenerTimeouts.OF_THE_POOL, SocketOptions.DEFAULT);
    }

    public ListenerSpec withRules(AddressRules other) {
        return new ListenerSpec(name, bind, pool, other, limits, timeouts, socket);
    }

    public ListenerSpec withLimits(ListenerLimits other) {
        return new ListenerSpec(name, bind, pool, rules, other, timeouts, socket);
    }

    public ListenerSpec withTimeouts(ListenerTimeouts other) {
        return new ListenerSpec(name, bind, pool, rules, limits, other, socket);
    }

    public ListenerSpec withSocket(SocketOptions other) {
        return new ListenerSpec(name, bind, pool, rules, limits, timeouts, other);
    }
}
