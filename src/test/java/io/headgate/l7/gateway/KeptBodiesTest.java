package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.KeptBodies;
import io.headgate.pool.Reason;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the slow lane keeps of bodies that it cannot stream has limits. */
class KeptBodiesTest {

    private static final int SMALL = 200 * 1024;
    private static final int LARGE = 2 * 1024 * 1024;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final RawServer member = new RawServer(this::serve);
    private final TestGateway gateway = TestGateway.start("""
            headgate.pools.app: { members: [ "127.0.0.1:%d" ], health: { check: none } }
            spring.cloud.gateway.server.webflux.routes:
              - id: retry
                uri: lb://app
                predicates: [ "Path=/retry/**" ]
                filters: [ FallbackHeaders, { name: Retry, args: { retries: 2, methods: "GET, POST" } } ]
              - id: slow
                uri: lb://app
                predicates: [ "Path=/**" ]
                filters: [ SaveSession ]
            """.formatted(member.port()));

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        member.close();
    }

    /** Reads requests whole and answers with 200, or 503 to those of a path that begins with "/retry". */
    private void serve(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        for (String head = head(in); !head.isEmpty(); head = head(in)) {
            long length = 0;
            for (String line : head.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
                }
            }
            in.skipNBytes(length);
            String path = head.split(" ", 3)[1];
            asked.add(path + " " + length);
            RawServer.write(socket, "HTTP/1.1 " + (path.startsWith("/retry") ? 503 : 200)
                    + " X\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (head.toString().endsWith("\r\n\r\n")) {
                return head.toString().replace("\r", "");
            }
        }
        return "";
    }

    private String send(String method, String path, int length) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send(method + " " + path
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + length
                    + "\r\n\r\n" + "x".repeat(length)).readAll();
        }
    }

    @Test
    void bodyThatReactorNettyCollectsIsSentWholeOrRefused() throws IOException {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(send(method, "/x", SMALL)).startsWith("HTTP/1.1 200").endsWith("ok");
            assertThat(send(method, "/x", LARGE)).startsWith("HTTP/1.1 413")
                    .contains(Reason.BODY_TOO_LARGE.code());
        }
        assertThat(asked).containsExactly("/x " + SMALL, "/x " + SMALL);
    }

    @Test
    void bodyThatIsStreamedHasNoSuchLimit() throws IOException {
        assertThat(send("POST", "/x", LARGE)).startsWith("HTTP/1.1 200").endsWith("ok");
    }

    @Test
    void onlyRequestsWithSmallBodiesAreRepeated() throws IOException {
        assertThat(send("POST", "/retry/a", SMALL)).startsWith("HTTP/1.1 503");
        assertThat(send("POST", "/retry/b", LARGE)).startsWith("HTTP/1.1 503");
        assertThat(send("POST", "/retry/c", 0)).startsWith("HTTP/1.1 503");
        assertThat(asked).containsExactly("/retry/a " + SMALL, "/retry/a " + SMALL, "/retry/a " + SMALL,
                "/retry/b " + LARGE, "/retry/c 0", "/retry/c 0", "/retry/c 0");
    }

    @Test
    void allRequestsTogetherKeepNoMoreThanThereIsRoomFor() {
        KeptBodies bodies = new KeptBodies(100, 250);
        List<KeptBodies.Share> shares = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shares.add(bodies.new Share());
        }
        assertThat(shares.get(0).keep(100)).isNull();
        assertThat(shares.get(0).keep(1)).isEqualTo(Reason.BODY_TOO_LARGE);
        assertThat(shares.get(1).takeAll(100)).isTrue();
        assertThat(shares.get(1).keep(60)).isNull();
        assertThat(shares.get(1).keep(40)).isNull();
        assertThat(bodies.now()).isEqualTo(200);
        assertThat(shares.get(2).takeAll(51)).isFalse();
        assertThat(shares.get(2).keep(51)).isEqualTo(Reason.MEMORY_SHORT);
        assertThat(shares.get(2).takeAll(101)).isFalse();
        assertThat(shares.get(2).takeAll(-1)).isFalse();
        shares.get(0).giveBack();
        assertThat(shares.get(0).keep(1)).isNotNull();
        assertThat(shares.get(2).keep(100)).isNull();
        shares.forEach(KeptBodies.Share::giveBack);
        shares.forEach(KeptBodies.Share::giveBack);
        assertThat(bodies.now()).isZero();
    }
}
