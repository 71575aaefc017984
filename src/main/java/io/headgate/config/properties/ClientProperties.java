package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a client of the L7 port may use; 0 switches a limit off. The sizes of headers and of the request line
 * are Boot's own {@code server.max-http-request-header-size} and {@code
 * server.netty.max-initial-line-length}.
 *
 * @param headerTimeout how long a client may take to send a request's headers, from the request's first byte
 *            (on a new connection, from the connection's start)
 * @param bodyTimeout how long a client may send nothing while Headgate waits for a request's body
 * @param idleTimeout how long a kept-alive connection may stay open without a request
 * @param maxBodySize the largest body of a request
 * @param maxConnections the most connections open at once, over all clients
 * @param maxConnectionsPerClient the most connections open at once from one address; off by default, because
 *            a balancer or a NAT in front makes many clients look like one
 * @param relaxed the rules of docs/strictness.md that are not enforced, by name; only rules listed there as
 *            relaxable can be named
 * @param reportOnly the rules of docs/strictness.md that are only reported, by name, or all: a request that
 *            breaks one is served, counted and logged
 * @param proxyProtocol which connections begin with a PROXY protocol header
 */
@ConfigurationProperties("headgate.client")
public record ClientProperties(@DefaultValue("10s") Duration headerTimeout,
        @DefaultValue("30s") Duration bodyTimeout, @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("100MB") DataSize maxBodySize, @DefaultValue("10000") int maxConnections,
        @DefaultValue("0") int maxConnectionsPerClient,
        @DefaultValue("browser-characters") List<String> relaxed, @DefaultValue List<String> reportOnly,
        @DefaultValue ClientProxyProperties proxyProtocol) {}
