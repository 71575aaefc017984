package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that stops reading while a gigabyte is on offer makes nobody buffer it. */
class StalledClientIT {

    private static final long MEGABYTE = 1 << 20;
    private static final long OFFER = 1024 * MEGABYTE;
    private static final String GET = "GET /gigabyte HTTP/1.1\r\nHost: test\r\n\r\n";

    @TempDir
    Path folder = Path.of("");

    @Test
    void atLayer7() throws Exception {
        stall(true);
    }

    @Test
    void atLayer4() throws Exception {
        stall(false);
    }

    private void stall(boolean layer7) throws Exception {
        AtomicLong accepted = new AtomicLong();
        int listener = Ports.free();
        try (RawServer member = new RawServer(socket -> offer(socket, accepted));
                PackagedHeadgate headgate = headgate(member, listener)) {
            int port = layer7 ? headgate.port() : listener;
            accepted.set(0); // health checks connect and leave
            for (int i = 0; i < 2; i++) { // what the JVM needs at all is no concern of this test
                try (Wire quick = new Wire(port)) {
                    skip(quick.send(GET), 64 * MEGABYTE);
                }
            }
            headgate.awaitNothingInFlight();
            accepted.set(0);
            long before = headgate.resident();
            try (Wire client = new Wire(port)) {
                client.send(GET).readUntil("\r\n\r\n");
                await().atMost(Duration.ofSeconds(10)).until(() -> accepted.get() > 0);
                await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    assertThat(headgate.resident() - before).as("growth of memory")
                            .isLessThan(64 * MEGABYTE);
                    assertThat(accepted.get()).as("bytes taken from the member").isLessThan(32 * MEGABYTE);
                });
                System.out.printf("client stalled at %s: %d KB taken from the member, memory %d -> %d MB%n",
                        layer7 ? "L7" : "L4", accepted.get() >> 10, before >> 20,
                        headgate.resident() >> 20);
                assertThat(headgate.inFlight()).isEqualTo(1);
                assertThat(skip(client, OFFER)).as("the rest, when it reads again").isEqualTo(OFFER);
                System.out.printf("  and %d MB after the gigabyte was read%n", headgate.resident() >> 20);
            }
            headgate.awaitNothingInFlight();
        }
    }

    private PackagedHeadgate headgate(RawServer member, int listener) throws IOException {
        return PackagedHeadgate.with(folder, """
                headgate:
                  pools:
                    big: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  listeners:
                    big: { bind: "127.0.0.1:%d", pool: big }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: big, uri: "lb://big", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), listener));
    }

    private static void offer(Socket socket, AtomicLong accepted) throws IOException {
        if (!RawServer.readHead(socket)) {
            return;
        }
        RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + OFFER + "\r\n\r\n");
        OutputStream out = socket.getOutputStream();
        byte[] part = new byte[64 * 1024];
        for (long left = OFFER; left > 0; left -= part.length) {
            out.write(part);
            accepted.addAndGet(part.length);
        }
    }

    /** Reads this much, or less where the other side ends. */
    private static long skip(Wire client, long bytes) throws IOException {
        InputStream in = client.in();
        byte[] part = new byte[256 * 1024];
        long done = 0;
        while (done < bytes) {
            int n = in.read(part, 0, (int) Math.min(part.length, bytes - done));
            if (n < 0) {
                break;
            }
            done += n;
        }
        return done;
    }
}
