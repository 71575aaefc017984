package io.headgate.testing;

import io.headgate.l4.ListenerLimits;
import io.headgate.l4.ListenerProtocol;
import io.headgate.l4.ListenerProtocol.Tcp;
import io.headgate.l4.ListenerProtocol.Udp;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.ListenerTimeouts;
import io.headgate.l4.PortRange;
import io.headgate.l4.ProxyProtocol;
import io.headgate.l4.SniRule;
import io.headgate.l4.SocketOptions;
import io.headgate.l4.StartTls;
import io.headgate.pool.Address;
import io.headgate.security.AddressRules;
import io.headgate.security.ServerTls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listeners step by step, from the defaults: open to everybody, without limits, with the pool's timeouts. */
public record ListenerBuilder(ListenerSpec spec) {

    private static final int MAX_SESSIONS = 10_000;

    public static ListenerBuilder tcp(String name, Address bind, @Nullable String pool) {
        return of(name, bind, pool, ListenerLimits.NONE, Tcp.PLAIN);
    }

    /** With at most {@value #MAX_SESSIONS} sessions. */
    public static ListenerBuilder udp(String name, Address bind, String pool) {
        return of(name, bind, pool, new ListenerLimits(MAX_SESSIONS, 0), Udp.DEFAULT);
    }

    private static ListenerBuilder of(String name, Address bind, @Nullable String pool, ListenerLimits limits,
            ListenerProtocol protocol) {
        return new ListenerBuilder(new ListenerSpec(name, PortRange.of(bind), pool, AddressRules.OPEN, limits,
                ListenerTimeouts.OF_THE_POOL, SocketOptions.DEFAULT, false, protocol));
    }

    public ListenerBuilder withBind(PortRange bind) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), bind, spec.pool(), spec.rules(),
                spec.limits(), spec.timeouts(), spec.socket(), spec.samePort(), spec.protocol()));
    }

    public ListenerBuilder withRules(AddressRules rules) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), rules,
                spec.limits(), spec.timeouts(), spec.socket(), spec.samePort(), spec.protocol()));
    }

    public ListenerBuilder withLimits(ListenerLimits limits) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), spec.rules(),
                limits, spec.timeouts(), spec.socket(), spec.samePort(), spec.protocol()));
    }

    public ListenerBuilder withTimeouts(ListenerTimeouts timeouts) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), spec.rules(),
                spec.limits(), timeouts, spec.socket(), spec.samePort(), spec.protocol()));
    }

    public ListenerBuilder withSocket(SocketOptions socket) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), spec.rules(),
                spec.limits(), spec.timeouts(), socket, spec.samePort(), spec.protocol()));
    }

    /** Leads to the port of each member that the client connected to. */
    public ListenerBuilder withSamePort() {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), spec.rules(),
                spec.limits(), spec.timeouts(), spec.socket(), true, spec.protocol()));
    }

    public ListenerBuilder withUdp(int responses, Duration idle) {
        return with(new Udp(responses, idle));
    }

    public ListenerBuilder withSni(List<SniRule> sni) {
        Tcp now = tcp();
        return with(new Tcp(sni, now.startTls(), now.tls(), now.proxy(), now.prefaceTimeout()));
    }

    public ListenerBuilder withStartTls(StartTls startTls) {
        Tcp now = tcp();
        return with(new Tcp(now.sni(), startTls, now.tls(), now.proxy(), now.prefaceTimeout()));
    }

    public ListenerBuilder withTls(ServerTls tls) {
        Tcp now = tcp();
        return with(new Tcp(now.sni(), now.startTls(), tls, now.proxy(), now.prefaceTimeout()));
    }

    public ListenerBuilder withProxyProtocol(ProxyProtocol proxy) {
        Tcp now = tcp();
        return with(new Tcp(now.sni(), now.startTls(), now.tls(), proxy, now.prefaceTimeout()));
    }

    public ListenerBuilder withPrefaceTimeout(Duration timeout) {
        Tcp now = tcp();
        return with(new Tcp(now.sni(), now.startTls(), now.tls(), now.proxy(), timeout));
    }

    private Tcp tcp() {
        return (Tcp) spec.protocol();
    }

    private ListenerBuilder with(ListenerProtocol protocol) {
        return new ListenerBuilder(new ListenerSpec(spec.name(), spec.bind(), spec.pool(), spec.rules(),
                spec.limits(), spec.timeouts(), spec.socket(), spec.samePort(), protocol));
    }
}
