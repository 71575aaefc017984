package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One listener: of layer 4, or with protocol: http of layer 7.
 *
 * @param bind the address and port to listen on, or a range of at most 1000 ports as in 0.0.0.0:7000-7010;
 *            each port has a socket of its own, everything else is shared
 * @param protocol tcp, udp, or http, whose requests the routes serve like those of server.port
 * @param engine relay (this process carries every byte), kernel (Linux leads connections to the members by
 *            itself, with nftables, for plain TCP and UDP) or auto (kernel if all settings and the machine
 *            permit it)
 * @param source gateway or client: the address that members see; client needs Linux, CAP_NET_ADMIN and
 *            members that send their answers through this machine
 * @param persistenceTimeout with engine kernel: so long after its last connection a client's address is led
 *            to the same member again, while that takes new connections; 0 for no persistence
 * @param pool with tcp or udp, the pool that connections go to, or with sni the pool for connections that no
 *            rule matches
 * @param memberPort the port on which members are connected to: own (the port of the member's address) or
 *            same (the port that the client connected to); checks always go to the member's own
 * @param sni choose a pool by the name that a TLS client asks for
 * @param starttls postgres: clients may first ask for TLS as PostgreSQL's do (SSLRequest), and Headgate asks
 *            the member when TLS goes on to it; needs sni or tls
 * @param tls end TLS at the listener; without it, TLS is passed through
 * @param allow the networks that may connect; by default all
 * @param deny the networks that may not connect, even if they are in allow
 * @param maxConnections the most connections (with udp, sessions) open at once, by default 10000; 0 for no
 *            limit; what the kernel carries has none
 * @param maxConnectionsPerClient the most connections (with udp, sessions) open at once from one address; 0
 *            for no limit
 * @param ratePerClient the most new connections a second from one address; as many may come at once after a
 *            pause; 0 for no limit
 * @param timeouts timeouts of this listener, which replace the pool's
 * @param proxyProtocol how PROXY protocol headers are accepted from clients and sent to members
 * @param prefaceTimeout how long a client may take to send its PROXY header and ClientHello, if Headgate
 *            waits for them
 * @param responses with udp, how many datagrams a member answers to each datagram of the client; the session
 *            ends when all have come; 0 ends it by silence only
 * @param backlog how many connections the system keeps until they are accepted
 * @param keepAlive whether the system probes silent peers (SO_KEEPALIVE)
 * @param noDelay whether small segments are sent at once (TCP_NODELAY)
 * @param reusePort whether other processes may listen at the same address if their sockets say so, too
 *            (SO_REUSEPORT); applies to sockets that are bound from then on
 * @param splice auto or off: whether, on Linux, the bytes of plain connections that carry a lot at once are
 *            moved inside the kernel instead of being copied
 * @param client with http, what a client may use, in place of headgate.client
 * @param http2 with http, whether clients may speak HTTP/2, too: with tls, if they agree to it, else with
 *            prior knowledge
 * @param redirect with http, the listener to which clients are sent by https (308) instead of being served;
 *            host and target stay
 * @param hsts with http and tls, the header Strict-Transport-Security of all answers
 */
@ConfigurationProperties("headgate.listeners.*")
public record ListenerProperties(@Nullable String bind, @DefaultValue("tcp") String protocol,
        @DefaultValue("relay") String engine, @DefaultValue("gateway") String source,
        @DefaultValue("0s") Duration persistenceTimeout, @Nullable String pool,
        @DefaultValue("own") String memberPort,
        @DefaultValue List<SniProperties> sni, @Nullable String starttls, @Nullable ListenerTlsProperties tls,
        @DefaultValue List<String> allow,
        @DefaultValue List<String> deny,
        @Nullable Integer maxConnections, @DefaultValue("0") int maxConnectionsPerClient,
        @DefaultValue("0") int ratePerClient, @DefaultValue ListenerTimeoutProperties timeouts,
        @DefaultValue ProxyProtocolProperties proxyProtocol, @DefaultValue("5s") Duration prefaceTimeout,
        @DefaultValue("0") int responses, @DefaultValue("4096") int backlog,
        @DefaultValue("true") boolean keepAlive,
        @DefaultValue("true") boolean noDelay, @DefaultValue("false") boolean reusePort,
        @DefaultValue("auto") String splice, @Nullable ListenerClientProperties client,
        @DefaultValue("true") boolean http2, @Nullable String redirect, @Nullable HstsProperties hsts) {

    private static final int MAX_CONNECTIONS = 10_000;

    public int mostConnections() {
        return maxConnections != null ? maxConnections : MAX_CONNECTIONS;
    }
}
