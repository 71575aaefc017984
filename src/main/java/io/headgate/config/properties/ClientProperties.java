package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a client of the L7 port may use; 0 switches a limit off. The size of headers and of the request line
 * are Boot's own {@code server.max-http-request-header-size} and
 * {@code server.netty.max-initial-line-length}.
 *
 * @param headerTimeout from the first byte of a request, on a new connection from its start, to the end of
 *            the headers
 * @param bodyTimeout silence while a request's body is awaited
 * @param idleTimeout a kept-alive connection without a request
 * @param maxBodySize bytes of a request's body
 * @param maxConnections open connections in all
 * @param maxConnectionsPerClient open connections from one address; off by default, because a balancer or a
 *            NAT in front makes many clients one
 * @param relaxed rules of docs/strictness.md that are not enforced, by name; those that say so there can be
 *            named
 * @param reportOnly rules whose violations are served too, and counted and logged: names, or all
 * @param proxyProtocol which connections begin with a PROXY protocol header
 */
@ConfigurationProperties("headgate.client")
public record ClientProperties(@DefaultValue("10s") Duration headerTimeout,
        @DefaultValue("30s") Duration bodyTimeout, @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("100MB") DataSize maxBodySize, @DefaultValue("10000") int maxConnections,
        @DefaultValue("0") int maxConnectionsPerClient,
        @DefaultValue("browser-characters") List<String> relaxed, @DefaultValue List<String> reportOnly,
        @DefaultValue ClientProxyProperties proxyProtocol) {}
