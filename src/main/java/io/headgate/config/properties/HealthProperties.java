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
 * @param check tcp (a connection can be made), http (a request is answered as expected), grpc (its health
 *            service says SERVING), udp (a datagram is answered), command (an executable ends with 0), or
 *            none (members are taken to be up)
 * @param interval from one check to the next, +-10 % so that checks do not come in bursts
 * @param fastInterval takes the interval's place while a member's state is changing
 * @param timeout a check may take
 * @param fall consecutive misses until a member that was up is down
 * @param rise consecutive successes until a member that was down is up again
 * @param port where the check goes when not to the member's own port
 * @param path the target of an http check
 * @param method the method of an http check
 * @param host the Host header of an http check, the member's address where none is given
 * @param headers more headers of an http check
 * @param expect what the answer to a udp check must hold, at any place within its first 4096 bytes: text, or
 *            hex: and the bytes; any answer passes where none is given
 * @param expectStatus the statuses that pass an http check, such as 200 or 200-299
 * @param expectBody a regular expression to be found in the body of an http check's answer
 * @param service which service a grpc check asks for, empty for the server as a whole
 * @param send the datagram of a udp check: text, or hex: and the bytes; 1 to 1200 bytes
 * @param command the executable and arguments of a command check; run without a shell, HEADGATE_HOST and
 *            HEADGATE_PORT name the member
 * @param proxyProtocol the PROXY header that a tcp check through TLS, an http or a grpc check begins with:
 *            v1, v2 or none; where it is missing, what the listeners of the pool send, and none where a port
 *            is given
 * @param tls checks through TLS; as the pool's own connections where it is missing and no port is given
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
