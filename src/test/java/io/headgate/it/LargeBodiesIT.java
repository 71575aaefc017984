package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 200 MB in each direction through a process that could not hold one of them, whoever is slow: first the
 * member does not read, then the client.
 */
@Timeout(180)
class LargeBodiesIT {

    private static final long MEGABYTE = 1 << 20;
    private static final long SIZE = 200 * MEGABYTE;
    /** Of the bodies that come before: what a JVM needs to get going is no concern of this test. */
    private static final long FIRST = 64 * MEGABYTE;
    /** What the gateway's own buffers may hold of a body that nobody reads; the sockets' come on top. */
    private static final long BUFFERS = 8 * MEGABYTE;
    private static final List<String> SMALL = List.of("-Xmx96m", "-XX:MaxDirectMemorySize=64m");

    @TempDir
    Path folder = Path.of("");

    /** One exchange at a time: what the test and the member have to do with each other. */
    private static final class Course {

        final long size;
        final boolean chunked;
        final AtomicLong sent = new AtomicLong();
        final AtomicLong answered = new AtomicLong();
        final CountDownLatch mayRead = new CountDownLatch(1);
        volatile String received = "";

        Course(long size, boolean chunked) {
            this.size = size;
            this.chunked = chunked;
        }

        String framing() {
            return chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + size;
        }
    }

    private volatile Course course = new Course(0, false);

    @ParameterizedTest(name = "fast path: {0}")
    @ValueSource(booleans = {true, false})
    void passWhoeverIsSlow(boolean fast) throws Exception {
        Path here = Files.createDirectories(folder.resolve("headgate"));
        try (RawServer member = new RawServer(this::serve)) {
            Files.writeString(here.resolve("application.yml"), """
                    headgate:
                      fast-path.enabled: %s
                      client.max-body-size: 1GB
                      pools.big: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                    spring.cloud.gateway.server.webflux.routes:
                      - { id: big, uri: "lb://big", predicates: [ "Path=/**" ] }
                    """.formatted(fast, member.port()));
            try (PackagedHeadgate headgate = PackagedHeadgate.start(here, SMALL)) {
                exchange(headgate, new Course(FIRST, false));
                exchange(headgate, new Course(FIRST, true));
                long before = headgate.peak();
                exchange(headgate, new Course(SIZE, false));
                exchange(headgate, new Course(SIZE, true));
                long growth = headgate.peak() - before;
                System.out.printf("200 MB both ways, %s lane: peak %d MB, grown by %d MB%n",
                        fast ? "fast" : "slow", before >> 20, growth >> 20);
                assertThat(growth).as("growth of the peak").isLessThan(32 * MEGABYTE);
                headgate.awaitNothingInFlight();
            }
        }
    }

    private void exchange(PackagedHeadgate headgate, Course now) throws Exception {
        course = now;
        try (Wire client = new Wire(headgate.port())) {
            client.socket().setSoTimeout(60_000);
            client.send("POST / HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n".formatted(now.framing()));
            FutureTask<String> sending = new FutureTask<>(() -> Body
                    .write(client.socket().getOutputStream(), now.size, now.chunked, now.sent));
            Thread.ofVirtual().start(sending);
            awaitStandstill(now.sent);
            now.mayRead.countDown();
            String sent = sending.get(60, TimeUnit.SECONDS);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(now.received).as("what the member got").isEqualTo(sent);
            awaitStandstill(now.answered);
            assertThat(Body.read(client.in(), now.size, now.chunked)).as("what came back").isEqualTo(sent);
        }
    }

    /** Somebody does not read: sending comes to an end well before the body does. */
    private static void awaitStandstill(AtomicLong bytes) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(700)).atMost(Duration.ofSeconds(30)).until(() -> {
            long now = bytes.get();
            return now > 0 && now == last.getAndSet(now);
        });
        assertThat(bytes.get()).as("bytes that nobody has read")
                .isLessThan(BUFFERS + 2 * (kernelLimit("tcp_rmem") + kernelLimit("tcp_wmem")));
    }

    /** What Linux may let the buffer of one socket grow to; elsewhere it is less than this. */
    private static long kernelLimit(String name) {
        // in one piece: a second read of such a file finds its end
        try (BufferedReader file = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4", name))) {
            String values = file.readLine();
            return Long.parseLong(values.substring(values.lastIndexOf('\t') + 1));
        } catch (IOException e) {
            return 6 * MEGABYTE;
        }
    }

    private void serve(Socket socket) throws IOException {
        if (RawServer.head(socket).isEmpty()) {
            return;
        }
        Course now = course;
        try {
            now.mayRead.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        now.received = Body.read(socket.getInputStream(), now.size, now.chunked);
        RawServer.write(socket, "HTTP/1.1 200 OK\r\n" + now.framing() + "\r\nConnection: close\r\n\r\n");
        Body.write(socket.getOutputStream(), now.size, now.chunked, now.answered);
    }
}
