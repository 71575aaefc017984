package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawClient;
import io.headgate.testing.RawServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 200 MB in each direction through a process that could not hold one of them, whoever is slow: first the
 * member does not read, then the client.
 */
@Timeout(180)
class LargeBodiesIT {

    private static final long MEGABYTE = 1 << 20;
    private static final long SIZE = 200 * MEGABYTE;
    /** What the gateway's own buffers may hold of a body that nobody reads; the sockets' come on top. */
    private static final long BUFFERS = 8 * MEGABYTE;
    private static final List<String> SMALL = List.of("-Xmx96m", "-XX:MaxDirectMemorySize=64m");

    @TempDir
    Path folder = Path.of("");

    /** One exchange at a time: what the test and the member have to do with each other. */
    private static final class Course {

        final AtomicLong sent = new AtomicLong();
        final AtomicLong answered = new AtomicLong();
        final CountDownLatch mayRead = new CountDownLatch(1);
        volatile String received = "";
    }

    private volatile Course course = new Course();

    @ParameterizedTest(name = "fast path: {0}, chunked: {1}")
    @CsvSource({"true, false", "true, true", "false, false", "false, true"})
    void passWhoeverIsSlow(boolean fast, boolean chunked) throws Exception {
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
                exchange(headgate, chunked); // what a JVM needs to get going is no concern of this test
                long before = headgate.peak();
                exchange(headgate, chunked);
                long growth = headgate.peak() - before;
                System.out.printf("200 MB both ways, %s lane, %s: peak %d MB, grown by %d MB%n",
                        fast ? "fast" : "slow", chunked ? "chunked" : "by length", before >> 20,
                        growth >> 20);
                assertThat(growth).as("growth of the peak").isLessThan(32 * MEGABYTE);
                headgate.awaitNothingInFlight();
            }
        }
    }

    private void exchange(PackagedHeadgate headgate, boolean chunked) throws Exception {
        Course now = new Course();
        course = now;
        try (RawClient client = new RawClient(headgate.port())) {
            client.socket().setSoTimeout(60_000);
            client.send("POST /%s HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n".formatted(chunked ? "chunked" : "sized",
                    framing(chunked)));
            FutureTask<String> sending = new FutureTask<>(
                    () -> Body.write(client.socket().getOutputStream(), SIZE, chunked, now.sent));
            Thread.ofVirtual().start(sending);
            awaitStandstill(now.sent);
            now.mayRead.countDown();
            String sent = sending.get(60, TimeUnit.SECONDS);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(now.received).as("what the member got").isEqualTo(sent);
            awaitStandstill(now.answered);
            assertThat(Body.read(client.socket().getInputStream(), SIZE, chunked)).as("what came back")
                    .isEqualTo(sent);
        }
    }

    private static String framing(boolean chunked) {
        return chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + SIZE;
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
        String head = head(socket.getInputStream());
        if (head.isEmpty()) {
            return;
        }
        Course now = course;
        try {
            now.mayRead.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        boolean chunked = head.startsWith("POST /chunked");
        now.received = Body.read(socket.getInputStream(), SIZE, chunked);
        RawServer.write(socket, "HTTP/1.1 200 OK\r\n" + framing(chunked) + "\r\nConnection: close\r\n\r\n");
        OutputStream out = socket.getOutputStream();
        Body.write(out, SIZE, chunked, now.answered);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }
}
