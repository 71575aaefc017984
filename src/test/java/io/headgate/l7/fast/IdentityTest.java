package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.headgate.l7.Forwarding;
import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Algorithm;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.TestGateway;
import io.netty.channel.Channel;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.netty.http.HttpProtocol;

/**
 * No answer reaches another client, and no request hangs, whatever fails between a client and a member: no
 * descriptors, no ports, dialling, encoding, writing and picking that fail at each point, members that reset
 * at each byte, answer early, late and twice, or are killed. Half of the requests come by HTTP/1.1, half by
 * HTTP/2. {@code -Didentity.requests} makes it longer.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS) // of the long profile
class IdentityTest {

    private static final int FAST = Integer.getInteger("identity.requests", 20_000);
    private static final int SLOW = Integer.getInteger("identity.requests", 3_000);
    /** So many answers, and a member is killed. */
    private static final int LIFE = 1_500;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.headgate");
    private final ResourceLeakDetector.Level tracked = ResourceLeakDetector.getLevel();

    /** Thousands of failures on purpose: neither is each told, nor each of a million buffers followed. */
    @BeforeEach
    void quietly() {
        logger.setLevel(Level.OFF);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterEach
    void asBefore() {
        logger.setLevel(null);
        ((Logger) LoggerFactory.getLogger("reactor")).setLevel(null);
        ((Logger) LoggerFactory.getLogger("io.netty.channel")).setLevel(null);
        ResourceLeakDetector.setLevel(tracked);
    }

    @Test
    void noAnswerOfTheFastLaneReachesAnotherClient() throws IOException {
        long descriptors = descriptors();
        FaultySockets faults = new FaultySockets(1);
        try (EventLoops loops = new EventLoops(Transport.best(), 1);
                TellingMember one = member(loops, 2);
                TellingMember two = member(loops, 3);
                Gateway gateway = new Gateway(new Forwarding(AddressSet.EMPTY), Gateway.LIMITS,
                        UpstreamLimits.DEFAULT, faults, faults, HttpProtocol.H2C, HttpProtocol.HTTP11)) {
            gateway.pools.apply(List.of(PoolBuilder
                    .pool("pool", MemberSpec.of(new Address("127.0.0.1", one.port())),
                            MemberSpec.of(new Address("127.0.0.1", two.port())))
                    .withAlgorithm(Algorithm.named("random").orElseThrow())
                    .withDrainTimeout(Duration.ofSeconds(5))
                    .withTimeouts(new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20),
                            Duration.ofSeconds(20), Duration.ofSeconds(20)))
                    .spec()));
            ask(loops, gateway.server.port(), FAST, one, two);
            await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        }
        await().until(() -> descriptors() <= descriptors + 8); // native libraries and the like
    }

    @Test
    void noAnswerOfTheSlowLaneReachesAnotherClient() throws IOException {
        try (EventLoops loops = new EventLoops(Transport.best(), 1);
                TellingMember one = member(loops, 2);
                TellingMember two = member(loops, 3);
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          pools.p:
                            members: [ "127.0.0.1:%d", "127.0.0.1:%d" ]
                            health: { check: none }
                            balance: random
                            timeouts: { connect: 20s, send: 20s, response: 20s, idle: 20s }
                          fast-path.enabled: false
                        server.http2.enabled: true
                        spring.main.sources: %s
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                        """.formatted(one.port(), two.port(), FaultyClients.class.getName()),
                        "--logging.level.io.headgate=OFF", "--logging.level.reactor=OFF",
                        "--logging.level.io.netty.channel=OFF")) {
            ask(loops, gateway.port(), SLOW, one, two);
            await().until(() -> gateway.bean(Pools.class).find("p").orElseThrow().members().stream()
                    .allMatch(member -> member.inFlight() == 0));
        }
    }

    private static TellingMember member(EventLoops loops, long seed) {
        return new TellingMember(loops.group(), Transport.best().serverSocket(), seed);
    }

    /** Asks so much, while members are killed in turn, and looks at what came of it. */
    private static void ask(EventLoops loops, int port, int requests, TellingMember... members) {
        Class<? extends Channel> socket = Transport.best().socket();
        Question.Ends one = new AskingClients(loops.next(), socket, port, requests / 2, 4).ends;
        Question.Ends two = new AskingStreams(loops.next(), socket, port, requests - requests / 2, 5).ends;
        for (int next = LIFE; next < requests; next += LIFE) {
            int until = next;
            await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(20))
                    .until(() -> one.count() + two.count() >= until);
            members[next / LIFE % members.length].restart();
        }
        await().atMost(Duration.ofMinutes(5)).until(() -> one.count() + two.count() >= requests);
        assertThat(one.wrong).isEmpty();
        assertThat(two.wrong).isEmpty();
        assertThat(one.served.get()).isGreaterThan(requests / 5);
        assertThat(two.served.get()).isGreaterThan(requests / 5);
        assertThat(one.refused.get() + two.refused.get()).isPositive();
        if (requests >= 200_000) {
            System.out.println("HTTP/1.1: " + one + "; HTTP/2: " + two);
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
