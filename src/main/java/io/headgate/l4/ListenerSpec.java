package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.security.AddressRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is, as configured.
 *
 * @param name lower-case letters, digits and hyphens
 * @param bind where it listens, on one port or several; port 0 takes any free port
 * @param pool the pool for connections that no SNI rule matches; null for none
 * @param sni choose a pool by what a TLS client asks for; TLS is passed through
 * @param rules which clients may connect
 * @param limits how many connections may be open
 * @param timeouts replace the pool's
 * @param socket options of its sockets
 * @param proxyProtocol how the real client's address comes and goes
 * @param prefaceTimeout how long a client may take to send its PROXY header and ClientHello
 * @param tls how TLS ends here, null where it is passed through or does not come
 * @param udp makes it a listener for UDP, null for TCP; then neither TLS, SNI nor PROXY headers play a part
 * @param samePort whether members are connected to on the port that the client connected to, instead of their
 *            own
 * @param startTls what a client says before TLS, null for nothing
 */
public record ListenerSpec(String name, PortRange bind, @Nullable String pool, List<SniRule> sni,
        AddressRules rules, ListenerLimits limits, ListenerTimeouts timeouts, SocketOptions socket,
        ProxyProtocol proxyProtocol, Duration prefaceTimeout, @Nullable ServerTls tls,
        @Nullable UdpOptions udp, boolean samePort, @Nullable StartTls startTls) {

    /** Long enough for one lost packet and its repetition. */
    public static final Duration PREFACE_TIMEOUT = Duration.ofSeconds(5);

    public ListenerSpec {
        sni = List.copyOf(sni);
    }

    /** A plain TCP listener. */
    public ListenerSpec(String name, Address bind, String pool, AddressRules rules, ListenerLimits limits,
            ListenerTimeouts timeouts, SocketOptions socket) {
        this(name, PortRange.of(bind), pool, List.of(), rules, limits, timeouts, socket, ProxyProtocol.NONE,
                PREFACE_TIMEOUT, null, null, false, null);
    }

    /** A TCP listener with the defaults: open to everybody, without limits, with the pool's timeouts. */
    public static ListenerSpec tcp(String name, Address bind, @Nullable String pool) {
        return new ListenerSpec(name, PortRange.of(bind), pool, List.of(), AddressRules.OPEN,
                ListenerLimits.NONE,
                ListenerTimeouts.OF_THE_POOL, SocketOptions.DEFAULT, ProxyProtocol.NONE, PREFACE_TIMEOUT,
                null, null, false, null);
    }

    /**
     * A UDP listener with the defaults: open to everybody, with at most {@value UdpOptions#MAX_SESSIONS}
     * sessions.
     */
    public static ListenerSpec udp(String name, Address bind, String pool) {
        return new ListenerSpec(name, PortRange.of(bind), pool, List.of(), AddressRules.OPEN,
                new ListenerLimits(UdpOptions.MAX_SESSIONS, 0), ListenerTimeouts.OF_THE_POOL,
                SocketOptions.DEFAULT, ProxyProtocol.NONE, PREFACE_TIMEOUT, null, UdpOptions.DEFAULT,
                false, null);
    }

    public ListenerSpec withBind(PortRange other) {
        return new ListenerSpec(name, other, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withUdp(UdpOptions other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, other, samePort, startTls);
    }

    public ListenerSpec withSni(List<SniRule> other) {
        return new ListenerSpec(name, bind, pool, other, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withRules(AddressRules other) {
        return new ListenerSpec(name, bind, pool, sni, other, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withLimits(ListenerLimits other) {
        return new ListenerSpec(name, bind, pool, sni, rules, other, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withTimeouts(ListenerTimeouts other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, other, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withSocket(SocketOptions other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, other, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withProxyProtocol(ProxyProtocol other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, other,
                prefaceTimeout, tls, udp, samePort, startTls);
    }

    public ListenerSpec withPrefaceTimeout(Duration other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                other, tls, udp, samePort, startTls);
    }

    public ListenerSpec withTls(ServerTls other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, other, udp, samePort, startTls);
    }

    /** Leads to the port of each member that the client connected to. */
    public ListenerSpec withSamePort() {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, true, startTls);
    }

    public ListenerSpec withStartTls(StartTls other) {
        return new ListenerSpec(name, bind, pool, sni, rules, limits, timeouts, socket, proxyProtocol,
                prefaceTimeout, tls, udp, samePort, other);
    }

    boolean behindProxies() {
        return !proxyProtocol.accept().isEmpty();
    }
}
