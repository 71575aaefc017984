package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One layer 4 listener.
 *
 * @param bind the address and port to listen on, or a row of at most 1000 ports as in 0.0.0.0:7000-7010; each
 *            has a socket of its own, all else is one listener
 * @param protocol tcp or udp
 * @param pool where its connections go, or those that no SNI rule takes
 * @param memberPort own or same: whether members are connected to on the port of their own address or on the
 *            port that the client connected to; checks go to their own
 * @param sni choose a pool by the name that a TLS client asks for
 * @param starttls postgres: a client may first ask for TLS as PostgreSQL's do (SSLRequest), and we ask the
 *            member where TLS goes on to it; with sni or tls
 * @param tls end TLS here; where it is missing, TLS is passed through
 * @param allow the networks that may connect, all where none is given
 * @param deny networks that may not, even if they are in allow
 * @param maxConnections the most connections (with udp, sessions) open at once, 0 for no limit
 * @param maxConnectionsPerClient the most connections open at once from one address, 0 for no limit
 * @param ratePerClient new connections a second from one address, as many at once after a pause; 0 for no
 *            limit
 * @param timeouts this listener's own, the pool's where none are given
 * @param proxyProtocol how the real client's address comes and goes
 * @param prefaceTimeout how long a client may take to send its PROXY header and ClientHello, where they are
 *            awaited
 * @param responses with udp, how many datagrams a member answers to each one of the client, after which a
 *            session ends; 0 ends it by silence alone
 * @param backlog how many connections the system keeps until they are accepted
 * @param keepAlive whether the system probes silent peers (SO_KEEPALIVE)
 * @param noDelay whether small segments are sent at once (TCP_NODELAY)
 * @param reusePort whether other processes whose sockets say so too may listen at the same address
 *            (SO_REUSEPORT); for sockets that are bound from then on
 * @param splice auto or off: whether, on Linux, bytes of plain connections that carry a lot at once are moved
 *            inside the kernel instead of being copied
 */
@ConfigurationProperties("headgate.listeners.*")
public record ListenerProperties(@Nullable String bind, @DefaultValue("tcp") String protocol,
        @Nullable String pool, @DefaultValue("own") String memberPort,
        @DefaultValue List<SniProperties> sni, @Nullable String starttls, @Nullable ListenerTlsProperties tls,
        @DefaultValue List<String> allow,
        @DefaultValue List<String> deny,
        @DefaultValue("10000") int maxConnections, @DefaultValue("0") int maxConnectionsPerClient,
        @DefaultValue("0") int ratePerClient, @DefaultValue ListenerTimeoutProperties timeouts,
        @DefaultValue ProxyProtocolProperties proxyProtocol, @DefaultValue("5s") Duration prefaceTimeout,
        @DefaultValue("0") int responses, @DefaultValue("4096") int backlog,
        @DefaultValue("true") boolean keepAlive,
        @DefaultValue("true") boolean noDelay, @DefaultValue("false") boolean reusePort,
        @DefaultValue("auto") String splice) {}
