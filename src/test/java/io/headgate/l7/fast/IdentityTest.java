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
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.netty.channel.Channel;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * No answer reaches another client, and no request hangs, whatever fails between a client and a member: no
 * descriptors, no ports, dialling, encoding, writing and picking that fail at each point, members that reset
 * at each byte, or answer early, late and twice. {@code -Dheadgate.identity.requests} makes it longer.
 */
class IdentityTest {

    private static final int REQUESTS = Integer.getInteger("headgate.identity.requests", 30_000);

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
        ResourceLeakDetector.setLevel(tracked);
    }

    @Test
    void noAnswerReachesAnotherClient() throws IOException {
        long descriptors = descriptors();
        Class<? extends Channel> socket = Transport.best().socket();
        FaultySockets faults = new FaultySockets(1);
        try (EventLoops loops = new EventLoops(Transport.best(), 1);
                TellingMember one = new TellingMember(loops.group(), Transport.best().serverSocket(), 2);
                TellingMember two = new TellingMember(loops.group(), Transport.best().serverSocket(), 3);
                Gateway gateway = new Gateway(new Forwarding(AddressSet.EMPTY), Gateway.LIMITS,
                        UpstreamLimits.DEFAULT, faults, faults)) {
            gateway.pools.apply(List.of(new PoolSpec("pool",
                    List.of(MemberSpec.of(new Address("127.0.0.1", one.port())),
                            MemberSpec.of(new Address("127.0.0.1", two.port()))),
                    Algorithm.named("random").orElseThrow(),
                    new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20),
                            Duration.ofSeconds(20)),
                    Duration.ZERO, Duration.ofSeconds(5), false)));
            AskingClients clients = new AskingClients(loops.next(), socket, gateway.server.port(), REQUESTS,
                    4);
            await().atMost(Duration.ofMinutes(2 + REQUESTS / 20_000))
                    .until(() -> clients.ended() >= REQUESTS);
            assertThat(clients.wrong).isEmpty();
            assertThat(clients.served.get()).isGreaterThan(REQUESTS / 2);
            assertThat(clients.refused.get()).isPositive();
            await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
            if (REQUESTS > 1_000_000) {
                System.out.println("served " + clients.served + ", refused " + clients.refused + ", closed "
                        + clients.closed);
            }
        }
        await().until(() -> descriptors() <= descriptors + 8); // native libraries and the like
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
