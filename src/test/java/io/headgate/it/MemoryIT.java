package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.it.Crowd.Target;
import io.headgate.it.CrowdClient.Kind;
import io.headgate.testing.Certificates;
import io.headgate.testing.Ports;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients at once and little memory, on each path: nobody's answer is half or wrong, no buffer is
 * refused, and the process goes on.
 *
 * <p>
 * It runs only when a number of clients is given. The long profile has as many clients as once ended the
 * process: {@code -Dmemory.clients=2000}, with {@code -Dmemory.heap=64} (or 128, or 256) MB of heap and of
 * buffers, and {@code -Dmemory.tls=true} for TLS at layer 7. It logs what it counts.
 */
@EnabledIfSystemProperty(named = "memory.clients", matches = "\\d+")
class MemoryIT {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryIT.class);

    private static final boolean LONG = Integer.getInteger("memory.clients", 0) >= 1000;
    private static final int CLIENTS = Integer.getInteger("memory.clients", 240);
    private static final int HEAP = Integer.getInteger("memory.heap", 64);
    /** In proportion to the clients. */
    private static final int BUFFERS = LONG ? HEAP : 24;
    private static final boolean TLS = Boolean.getBoolean("memory.tls");
    private static final int STREAMS = 20;
    private static final long LATE_MILLIS = LONG ? 5000 : 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(LONG ? 5 : 2);
    private static final CrowdBody BODY = new CrowdBody(LONG ? 1 << 20 : 1 << 18);

    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private static final int RELAYED = Ports.free();
    private static final int SECURED = Ports.free();

    @TempDir
    static Path folder = Path.of("");
    private static PackagedHeadgate headgate;

    @BeforeAll
    static void start() throws Exception {
        Path key = new Certificates(folder.resolve("keys")).sign("web", "CN=localhost");
        Files.writeString(Files.createDirectories(folder.resolve("headgate")).resolve("application.yml"), """
                server.http2.enabled: true
                %s
                spring.ssl.bundle.jks.web.keystore: { location: "file:%s", password: secret, type: PKCS12 }
                headgate:
                  pools.app:
                    members: [ "127.0.0.1:%d" ]
                    health: { check: none }
                    timeouts: { response: 5m }
                  client.header-timeout: 5m
                  listeners:
                    relayed: { bind: "127.0.0.1:%d", pool: app }
                    secured: { bind: "127.0.0.1:%d", pool: app, tls: { bundle: web } }
                  access-log.enabled: false
                spring.cloud.gateway.server.webflux.routes:
                  - { id: slow, uri: "lb://app", predicates: [ Path=/slow ], filters: [ CircuitBreaker=app ] }
                  - { id: fast, uri: "lb://app", predicates: [ Path=/** ] }
                """.formatted(TLS ? "server.ssl.bundle: web" : "", key, CrowdMember.start(LOOPS, BODY),
                RELAYED,
                SECURED));
        headgate = PackagedHeadgate.start(folder.resolve("headgate"),
                List.of("-Xmx" + HEAP + "m", "-XX:MaxDirectMemorySize=" + BUFFERS + "m"));
    }

    @AfterAll
    static void stop() {
        headgate.close();
        LOOPS.shutdownGracefully().syncUninterruptibly();
    }

    private static List<Target> targets() {
        return List.of(new Target("fast", headgate.port(), "/fast", TLS, 0),
                new Target("slow", headgate.port(), "/slow", TLS, 0),
                new Target("fast HTTP/2, " + STREAMS + " streams", headgate.port(), "/fast", TLS, STREAMS),
                new Target("fast HTTP/2, 1 stream", headgate.port(), "/fast", TLS, 1),
                new Target("slow HTTP/2, " + STREAMS + " streams", headgate.port(), "/slow", TLS, STREAMS),
                new Target("layer 4", RELAYED, "/", false, 0),
                new Target("layer 4 with TLS", SECURED, "/", true, 0));
    }

    /** Downloads and uploads in equal parts; three of ten take their time. */
    private static List<Kind> mixture() {
        List<Kind> kinds = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int of = i % 20;
            kinds.add(of < 7
                    ? Kind.DOWNLOAD
                    : of < 14
                            ? Kind.UPLOAD
                            : of < 17
                                    ? Kind.LATE_READER
                                    : Kind.SLOW_SENDER);
        }
        Collections.shuffle(kinds, new Random(1));
        return kinds;
    }

    @Test
    void everybodyIsServedWholeOrRefusedWithAReason() {
        for (Target target : targets()) {
            try (Crowd crowd = new Crowd(LOOPS, BODY, LATE_MILLIS)) {
                crowd.begin(target, mixture());
                long[] peak = new long[1];
                await(target.name()).atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                    peak[0] = Math.max(peak[0], buffers());
                    return crowd.left() == 0;
                });
                LOG.info("{} clients, {} MB, {}: {}, at most {} KB of buffers, {} MB resident", CLIENTS,
                        BUFFERS,
                        target, crowd.ends(), peak[0] >> 10, headgate.peak() >> 20);
                assertThat(crowd.ends().keySet()).as(target.name()).allMatch(
                        end -> end.endsWith(" " + CrowdClient.SERVED) || end.endsWith(" 503 memory-short"));
            }
        }
        assertNothingWasLacking();
    }

    @Test
    void whoeverTakesNothingLeavesRoomForOthers() {
        List<Target> silent = new ArrayList<>(targets());
        silent.add(new Target("uploads that nobody takes", headgate.port(), CrowdMember.DEAF, TLS, STREAMS));
        for (Target target : silent) {
            try (Crowd crowd = new Crowd(LOOPS, BODY, LATE_MILLIS)) {
                crowd.begin(target, Collections.nCopies(CLIENTS,
                        target.path().equals(CrowdMember.DEAF) ? Kind.UPLOAD : Kind.SILENT));
                for (Target other : List.of(targets().getFirst(), targets().get(2))) {
                    await(other + " beside " + target).atMost(PATIENCE).until(() -> isServed(other));
                }
                LOG.info("{} clients, {} MB, {}: {} KB of buffers, ended {}", CLIENTS, BUFFERS, target,
                        buffers() >> 10, crowd.ends());
            }
            headgate.awaitNothingInFlight();
        }
        assertNothingWasLacking();
    }

    /** A refusal for want of memory is to be asked again; anything else but an answer is a fault. */
    private static boolean isServed(Target target) {
        try (Crowd one = new Crowd(LOOPS, BODY, LATE_MILLIS)) {
            one.begin(target, List.of(Kind.DOWNLOAD));
            await().atMost(PATIENCE).until(() -> one.left() == 0);
            String end = one.ends().keySet().iterator().next();
            assertThat(end).matches(".* served|.* 503 memory-short");
            return end.endsWith(CrowdClient.SERVED);
        }
    }

    private static void assertNothingWasLacking() {
        assertThat(headgate.alive()).as(headgate::log).isTrue();
        assertThat(headgate.log()).doesNotContain("Cannot reserve", "OutOfMemoryError", "Out of file");
    }

    private static long buffers() {
        return headgate.send(headgate.managementPort(), HttpRequest.newBuilder(), "/actuator/prometheus")
                .body()
                .lines().filter(line -> line.startsWith("headgate_buffers_used_bytes "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1))).sum();
    }
}
