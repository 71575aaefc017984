package io.headgate.config.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty reloads a second by call, and the file written as often, while requests are served. */
class ReloadStormTest {

    private static final int A_SECOND = 50;
    private static final int CALLS = 4 * A_SECOND;
    private static final int CLIENTS = 4;
    /**
     * Fewer than the connections that the management port lets one client have: a slow machine gets behind.
     */
    private static final int AT_ONCE = 50;

    @TempDir
    private Path folder;

    @Test
    void theLastConfigurationIsInForceAndNothingIsLostAndNothingGrows() throws Exception {
        try (RawServer blue = new RawServer(RawServer.answering("blue"));
                RawServer green = new RawServer(RawServer.answering("green"))) {
            Path file = Files.writeString(folder.resolve("application.yml"), yaml(blue, 0));
            try (TestGateway gateway = TestGateway.start(file, "--server.port=0",
                    "--management.server.port=0",
                    "--headgate.reload.interval=100ms", "--headgate.access-log.enabled=false")) {
                Awaitility.await().until(() -> gateway.get("/").statusCode() == 200);
                assertThat(gateway.command("/actuator/reload", "").statusCode()).isEqualTo(200);
                storm(gateway, file, blue, green, 0);
                int threads = threads();
                int meters = gateway.bean(MeterRegistry.class).getMeters().size();
                storm(gateway, file, blue, green, CALLS);
                Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    assertThat(gateway.bean(MeterRegistry.class).getMeters().size()).as("meters")
                            .isLessThanOrEqualTo(meters + 5);
                    assertThat(threads()).as("threads").isLessThanOrEqualTo(threads + 15);
                });
            }
        }
    }

    private static void storm(TestGateway gateway, Path file, RawServer blue, RawServer green, int from)
            throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        AtomicLong served = new AtomicLong();
        Queue<String> lost = new ConcurrentLinkedQueue<>();
        AtomicInteger written = new AtomicInteger(from);
        Queue<Future<HttpResponse<String>>> calls = new ConcurrentLinkedQueue<>();
        Semaphore places = new Semaphore(AT_ONCE);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> ask(gateway, end, served, lost)));
        }
        try {
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                    ScheduledExecutorService rhythm = Executors.newSingleThreadScheduledExecutor()) {
                Future<?> beat = rhythm.scheduleAtFixedRate(() -> {
                    int n = written.incrementAndGet();
                    write(file, yaml(n % 2 == 0 ? blue : green, n));
                    calls.add(callers.submit(() -> call(gateway, places)));
                }, 0, 1000 / A_SECOND, TimeUnit.MILLISECONDS);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> written.get() >= from + CALLS);
                beat.cancel(false);
            }
            assertThat(calls).hasSizeGreaterThanOrEqualTo(CALLS);
            for (Future<HttpResponse<String>> call : calls) {
                assertThat(call.get().statusCode()).as(call.get().body()).isEqualTo(200);
            }
            String last = "last" + written.get();
            Awaitility.await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.manage("/actuator/lanes").body().contains(last));
        } finally {
            end.set(true);
        }
        for (Thread client : clients) {
            client.join();
        }
        String applied = gateway.manage("/actuator/prometheus").body().lines()
                .filter(line -> line.startsWith("headgate_reloads_total")).toList().toString();
        System.out.printf("Storm: %d calls and files, %s, %d requests served, %d lost%n", calls.size(),
                applied,
                served.get(), lost.size());
        assertThat(lost).isEmpty();
        assertThat(served.get()).isPositive();
    }

    private static HttpResponse<String> call(TestGateway gateway, Semaphore places)
            throws InterruptedException {
        places.acquire();
        try {
            return gateway.command("/actuator/reload", "");
        } finally {
            places.release();
        }
    }

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    private static void write(Path file, String text) {
        try {
            Path next = Files.writeString(file.resolveSibling("next"), text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ask(TestGateway gateway, AtomicBoolean end, AtomicLong served, Queue<String> lost) {
        while (!end.get()) {
            try {
                HttpResponse<String> answer = gateway.get("/");
                if (answer.statusCode() == 200 && answer.body().matches("blue|green")) {
                    served.incrementAndGet();
                } else {
                    lost.add(answer.statusCode() + " " + answer.body());
                }
            } catch (RuntimeException e) {
                lost.add(e.toString());
            }
        }
    }

    private static String yaml(RawServer server, int n) {
        return """
                headgate.pools.web: { members: [ "%s" ] }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: last%d, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(server.address(), n);
    }
}
