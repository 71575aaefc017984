package io.headgate.l4;

import io.headgate.l4.ListenerProtocol.Http;
import io.headgate.l4.ListenerProtocol.Tcp;
import io.headgate.l4.ListenerProtocol.Udp;
import io.headgate.net.ClientSource;
import io.headgate.security.AddressRules;
import io.headgate.security.AddressSet;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is, as configured.
 *
 * @param name lower-case letters, digits and hyphens
 * @param bind where it listens, on one port or several; port 0 takes any free port
 * @param pool the pool for connections that no SNI rule matches; null for none
 * @param rules which clients may connect
 * @param limits how many connections may be open
 * @param timeouts replace the pool's
 * @param socket options of its sockets
 * @param samePort whether members are connected to on the port that the client connected to, instead of their
 *            own
 * @param protocol what it carries
 * @param engine what carries it to the members
 */
public record ListenerSpec(String name, PortRange bind, @Nullable String pool, AddressRules rules,
        ListenerLimits limits, ListenerTimeouts timeouts, SocketOptions socket, boolean samePort,
        ListenerProtocol protocol, Engine engine) {

    /** One that this process relays. */
    public ListenerSpec(String name, PortRange bind, @Nullable String pool, AddressRules rules,
            ListenerLimits limits, ListenerTimeouts timeouts, SocketOptions socket, boolean samePort,
            ListenerProtocol protocol) {
        this(name, bind, pool, rules, limits, timeouts, socket, samePort, protocol, Engine.RELAY);
    }

    public ListenerSpec withEngine(Engine next) {
        return new ListenerSpec(name, bind, pool, rules, limits, timeouts, socket, samePort, protocol, next);
    }

    /**
     * What is particular to its connections; nothing where it is for UDP: a last connection may come through
     * the old socket when it has just become so.
     */
    Tcp tcp() {
        return protocol instanceof Tcp tcp ? tcp : Tcp.PLAIN;
    }

    /** What is particular to its datagrams; the defaults where it is for TCP, as above. */
    Udp udp() {
        return protocol instanceof Udp udp ? udp : Udp.DEFAULT;
    }

    /** The address that members see of this client; null where it is this machine's. */
    @Nullable
    ClientSource source(InetSocketAddress client) {
        return engine instanceof Engine.Relay(var _, boolean keepsSource) && keepsSource
                ? ClientSource.of(client)
                : null;
    }

    /** The networks whose connections begin with a PROXY header; empty if none does. */
    AddressSet proxies() {
        return protocol instanceof Http http ? http.proxies() : tcp().proxy().accept();
    }

    /** The pools that it may lead to. */
    public Stream<String> pools() {
        return Stream.concat(Stream.ofNullable(pool), tcp().sni().stream().map(SniRule::pool));
    }
}
