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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients at once and little memory, on each path: nobody's answer is half or wrong, no buffer is
 * refused, and the process goes on.
 *
 * <p>
 * The long profile has as many clients as once ended the process: {@code -Dmemory.clients=2000}, with
 * {@code -Dmemory.heap=64} (or 128, or 256) MB of heap and of buffers, and {@code -Dmemory.paths=l4,l4-tls}
 * for some of the paths. It logs what it counts.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MemoryIT {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryIT.class);

    private static final int CLIENTS = Integer.getInteger("memory.clients", 200);
    private static final boolean LONG = CLIENTS >= 1000;
    private static final int HEAP = Integer.getInteger("memory.heap", 64);
    /** In proportion to the clients. */
    private static final int BUFFERS = LONG ? HEAP : 16;
    private static final List<String> PATHS = List
            .of(System.getProperty("memory.paths", "slow,h2-20,l4-tls").split(",", -1));
    private static final int STREAMS = 20;
    private static final long LATE_MILLIS = LONG ? 5000 : 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(LONG ? 8 : 2);
    private static final CrowdBody BODY = new CrowdBody(LONG ? 1 << 20 : 1 << 18);

    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private static final int RELAYED = Ports.free();
    private static final int SECURED = Ports.free();
    private static final int HTTPS = Ports.free();

    @TempDir
    static Path folder = Path.of("");
    private static PackagedHeadgate headgate;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(folder.resolve("keys"));
        Path key = certificates.file(certificates.sign("CN=localhost"), "web");
        Files.writeString(Files.createDirectories(folder.resolve("headgate")).resolve("application.yml"),
                """
                        server.http2.enabled: true
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
                            https: { bind: "127.0.0.1:%d", protocol: http, tls: { bundle: web, handshake-timeout: 5m } }
                          access-log.enabled: false
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: slow, uri: "lb://app", predicates: [ Path=/slow ], filters: [ CircuitBreaker=app ] }
                          - { id: fast, uri: "lb://app", predicates: [ Path=/** ] }
                        """
                        .formatted(key, CrowdMember.start(LOOPS, BODY), RELAYED, SECURED, HTTPS));
        headgate = PackagedHeadgate.start(folder.resolve("headgate"),
                List.of("-Xmx" + HEAP + "m", "-XX:MaxDirectMemorySize=" + BUFFERS + "m"));
    }

    @AfterAll
    static void stop() {
        headgate.close();
        LOOPS.shutdownGracefully().syncUninterruptibly();
    }

    private static List<Target> targets() {
        return Stream
                .of(new Target("fast", headgate.port(), "/fast", false, 0),
                        new Target("slow", headgate.port(), "/slow", false, 0),
                        new Target("h2-20", headgate.port(), "/fast", false, STREAMS),
                        new Target("h2-1", headgate.port(), "/fast", false, 1),
                        new Target("h2-slow-20", headgate.port(), "/slow", false, STREAMS),
                        new Target("h2-slow-1", headgate.port(), "/slow", false, 1),
                        new Target("fast-tls", HTTPS, "/fast", true, 0),
                        new Target("slow-tls", HTTPS, "/slow", true, 0),
                        new Target("h2-20-tls", HTTPS, "/fast", true, STREAMS),
                        new Target("h2-1-tls", HTTPS, "/fast", true, 1),
                        new Target("l4", RELAYED, "/", false, 0), new Target("l4-tls", SECURED, "/", true, 0))
                .filter(target -> PATHS.contains(target.name())).toList();
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
                LOG.info("{}: {} clients, {} MB, {}, at most {} MB of buffers and {} MB resident, {}", target,
                        CLIENTS, BUFFERS, crowd.ends(), peak[0] >> 20, headgate.peak() >> 20, reasons());
                assertThat(crowd.ends().keySet()).as(target.name()).allMatch(
                        end -> end.endsWith(" " + CrowdClient.SERVED) || end.endsWith(" 503 memory-short"));
            }
        }
        assertNothingWasLacking();
    }

    @Test
    void whoeverTakesNothingLeavesRoomForOthers() {
        List<Target> silent = new ArrayList<>(targets());
        silent.add(
                new Target("uploads that nobody takes", headgate.port(), CrowdMember.DEAF, false, STREAMS));
        for (Target target : silent) {
            try (Crowd crowd = new Crowd(LOOPS, BODY, LATE_MILLIS)) {
                crowd.begin(target, Collections.nCopies(CLIENTS,
                        target.path().equals(CrowdMember.DEAF) ? Kind.UPLOAD : Kind.SILENT));
                for (Target other : targets()) {
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

    private static Stream<String> meters() {
        return headgate.send(headgate.managementPort(), HttpRequest.newBuilder(), "/actuator/prometheus")
                .body().lines();
    }

    private static long buffers() {
        return meters().filter(line -> line.startsWith("headgate_buffers_used_bytes "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1))).sum();
    }

    /** Why connections and requests ended before they were served, so far. */
    private static List<String> reasons() {
        return meters().filter(line -> line.contains("reason=") && !line.endsWith(" 0.0")).toList();
    }
}
