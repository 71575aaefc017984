package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each side of an L4 connection may end its sending while the other goes on. */
class HalfOpenIT {

    @TempDir
    Path folder = Path.of("");

    @Test
    void whatStillFlowsTheOtherWayIsNotLost() throws Exception {
        AtomicLong received = new AtomicLong();
        int upload = Ports.free();
        int download = Ports.free();
        try (RawServer endsFirst = new RawServer(socket -> {
            RawServer.write(socket, "enough");
            socket.shutdownOutput();
            drain(socket, received);
        });
                RawServer endsLast = new RawServer(socket -> {
                    long bytes = drain(socket, new AtomicLong());
                    RawServer.write(socket, "got " + bytes);
                });
                PackagedHeadgate headgate = PackagedHeadgate.with(folder, """
                        headgate:
                          pools:
                            upload: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                            download: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          listeners:
                            upload: { bind: "127.0.0.1:%d", pool: upload }
                            download: { bind: "127.0.0.1:%d", pool: download }
                        """.formatted(endsFirst.port(), endsLast.port(), upload, download))) {
            String megabyte = "x".repeat(1 << 20);
            try (Wire client = new Wire(upload)) {
                assertThat(client.readAll()).isEqualTo("enough");
                assertThat(headgate.inFlight()).as("the other direction is open").isEqualTo(1);
                client.send(megabyte);
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(received).hasValue(megabyte.length()));
            try (Wire client = new Wire(download)) {
                client.send(megabyte).socket().shutdownOutput();
                assertThat(client.readAll()).isEqualTo("got " + megabyte.length());
            }
            headgate.awaitNothingInFlight();
        }
    }

    private static long drain(Socket socket, AtomicLong count) throws IOException {
        byte[] part = new byte[64 * 1024];
        for (int n = socket.getInputStream().read(part); n >= 0; n = socket.getInputStream().read(part)) {
            count.addAndGet(n);
        }
        return count.get();
    }
}
