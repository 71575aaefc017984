package io.headgate.config.properties;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The active checks of a pool's members.
 *
 * @param check the kind of check: tcp (a connection can be made), http (a request is answered as expected),
 *            grpc (the member's health service says SERVING), udp (a datagram is answered), command (an
 *            executable ends with 0), or none (members count as up)
 * @param interval the time from one check of a member to the next, +-10 % so that checks do not come in
 *            bursts
 * @param fastInterval the time from one check to the next while a member's state is changing
 * @param timeout how long a check may take
 * @param fall how many checks in a row must fail until a member that was up is down
 * @param rise how many checks in a row must pass until a member that was down is up again
 * @param port the port that checks go to; by default the member's own
 * @param path the target of an http check
 * @param method the method of an http check
 * @param host the Host header of an http check; by default the member's address
 * @param headers additional headers of an http check
 * @param expect what the answer to a udp check must contain within its first 4096 bytes: text, or hex: and
 *            the bytes; by default any answer passes
 * @param expectStatus the statuses that pass an http check, such as 200 or 200-299
 * @param expectBody a regular expression that must match somewhere in the body of an http check's answer
 * @param service the service that a grpc check asks about; empty for the server as a whole
 * @param send the datagram of a udp check: text, or hex: and the bytes; 1 to 1200 bytes
 * @param command the executable of a command check and its arguments; it runs without a shell, and
 *            HEADGATE_HOST and HEADGATE_PORT name the member
 * @param proxyProtocol the PROXY header that an http check, a grpc check or a tcp check through TLS begins
 *            with: v1, v2 or none; by default what the pool's listeners send, and none if health.port is set
 * @param tls how checks go through TLS; by default as the pool's own connections do, and in clear text if
 *            health.port is set
 */
@ConfigurationProperties("headgate.pools.*.health")
public record HealthProperties(@DefaultValue("tcp") String check, @DefaultValue("3s") Duration interval,
        @DefaultValue("1s") Duration fastInterval,
        @DefaultValue("1s") Duration timeout, @DefaultValue("2") int fall, @DefaultValue("2") int rise,
        @Nullable Integer port, @DefaultValue("/") String path, @DefaultValue("GET") String method,
        @Nullable String host, @DefaultValue Map<String, String> headers,
        @DefaultValue("200-399") List<String> expectStatus, @Nullable String expectBody,
        @DefaultValue("") String service, @Nullable String send, @Nullable String expect,
        @DefaultValue List<String> command,
        @Nullable String proxyProtocol, @Nullable CheckTlsProperties tls) {}
