package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Members are killed and come back, one after the other, while clients ask: nobody notices. A member that
 * starts answers some requests with 503; the next one is killed when it is ready, as a careful deployment
 * does, for a request has only so many tries. {@code -Drolling.requests=100000} makes more of it.
 */
class RollingKillTest {

    private static final int REQUESTS = Integer.getInteger("rolling.requests", 2_000);
    private static final int CLIENTS = 8;
    /** So many requests after one kill comes the next. */
    private static final int PER_KILL = 250;
    private static final int STARTING = 2;

    private final List<RawServer> members = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();

    private final AtomicInteger next = new AtomicInteger();
    private AtomicInteger unready = new AtomicInteger();

    private static RawServer member(int port, AtomicInteger starting) {
        return new RawServer(port, socket -> serve(socket, starting));
    }

    private static void serve(Socket socket, AtomicInteger starting) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        while (RawServer.readHead(in)) {
            boolean ready = starting.getAndDecrement() <= 0;
            RawServer.write(socket, ready
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                    : "HTTP/1.1 503 Starting\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void noRequestFails() throws Exception {
        for (int i = 0; i < 3; i++) {
            members.add(member(0, unready));
        }
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools.p:
                  members: [ "127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d" ]
                  health: { check: none }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: r, uri: "lb://p", predicates: [ "Path=/**" ], filters: [ Retry=3 ] }
                """.formatted(members.get(0).port(), members.get(1).port(), members.get(2).port()))) {
            List<String> failed = ask(gateway);
            assertThat(failed).isEmpty();
            assertThat(asked.get()).isEqualTo(REQUESTS);
            assertThat(kills.get()).isGreaterThanOrEqualTo(REQUESTS / PER_KILL - 1);
            Pool pool = gateway.bean(Pools.class).find("p").orElseThrow();
            assertThat(pool.repeats().begun()).as("answers that were not passed on").isPositive();
            assertThat(pool.repeats().now()).isZero();
        } finally {
            for (RawServer member : members) {
                member.close();
            }
        }
    }

    private List<String> ask(TestGateway gateway) throws Exception {
        List<Future<List<String>>> all = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Callable<List<String>> client = () -> {
                List<String> wrong = new ArrayList<>();
                try (Wire wire = new Wire(gateway.port())) {
                    for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
                        wire.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
                        String answer = wire.message();
                        asked.incrementAndGet();
                        if (!answer.startsWith("HTTP/1.1 200 ")) {
                            wrong.add(i + ": " + answer);
                        }
                        if (i % PER_KILL == PER_KILL - 1) {
                            kill(i / PER_KILL % members.size());
                        }
                    }
                }
                return wrong;
            };
            for (int i = 0; i < CLIENTS; i++) {
                all.add(threads.submit(client));
            }
            for (Future<List<String>> each : all) {
                failed.addAll(each.get());
            }
        }
        return failed;
    }

    /** With all its connections; it is back at once, but not ready. */
    private void kill(int which) throws IOException {
        synchronized (members) {
            AtomicInteger before = unready;
            Awaitility.await().until(() -> before.get() <= 0 || next.get() >= REQUESTS);
            AtomicInteger starting = new AtomicInteger(STARTING);
            unready = starting;
            RawServer member = members.get(which);
            int port = member.port();
            member.close();
            // something else may have the port for a moment
            Awaitility.await().ignoreException(UncheckedIOException.class)
                    .until(() -> members.set(which, member(port, starting)) != null);
            kills.incrementAndGet();
        }
    }
}
