package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.FrameClient;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More clients than there are file descriptors for: none is turned away, and all are served in turn. */
class CrowdedTest {

    private static final int LAYER_4 = Ports.free(2);
    private static final int LATE = LAYER_4 + 1;
    /** There is room for this many more clients. */
    private static final int ROOM = 2;
    private static final int CROWD = 4;

    @TempDir
    private static Path folder = Path.of("");
    private static RawServer member;
    private static TestGateway gateway;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private int before;

    @BeforeAll
    static void start() throws IOException {
        member = new RawServer(RawServer.answering("hello"));
        gateway = TestGateway.start(configured(""), "--headgate.reload.watch=false");
    }

    /** Writes the configuration, with one more listener. */
    private static Path configured(String listener) throws IOException {
        return Files.writeString(folder.resolve("application.yml"), """
                server: { port: 0, http2.enabled: true }
                management.server.port: 0
                headgate:
                  pools.web: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  listeners:
                    web: { bind: "127.0.0.1:%d", pool: web }
                    %s
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://web", predicates: [ "Path=/fast" ] }
                  - { id: slow, uri: "lb://web", predicates: [ "Path=/slow" ], filters: [ FallbackHeaders ] }
                """.formatted(member.port(), LAYER_4, listener));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @BeforeEach
    void roomForTwo() {
        assertThat(Descriptors.PROCESS.isContended()).isFalse();
        before = Descriptors.PROCESS.clients();
        int half = before + ROOM;
        Descriptors.PROCESS.divide(32 + 2 * half + 2 * half / 15, 0);
        assertThat(Descriptors.PROCESS.half()).isEqualTo(half);
    }

    @AfterEach
    void everybodyIsCounted() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        try {
            await().until(() -> Descriptors.PROCESS.clients() <= before);
            await().until(() -> !Descriptors.PROCESS.isContended());
        } finally {
            Descriptors.PROCESS.divide(-1, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fast", "/slow"})
    void keptConnectionsMakeRoomForThoseWhoWait(String path) throws IOException {
        Wire first = get(gateway.port(), path);
        assertThat(first.readUntil("hello")).doesNotContainIgnoringCase("connection: close");
        for (int i = 0; i < CROWD; i++) {
            assertThat(get(gateway.port(), path).readUntil("hello")).startsWith("HTTP/1.1 200");
        }
        assertThat(first.readAll()).as("the idle connection was closed").isEmpty();
    }

    @Test
    void anIdleHttp2ConnectionMakesRoomToo() throws IOException {
        FrameClient first = new FrameClient(gateway.port());
        clients.add(first);
        assertThat(first.whole(first.get("/fast")).body()).isEqualTo("hello");
        for (int i = 0; i < CROWD; i++) {
            assertThat(get(gateway.port(), "/fast").readUntil("hello")).startsWith("HTTP/1.1 200");
        }
        first.drain();
        assertThat(first.goAway).isNotNull();
    }

    /** At layer 4, and the connections of both layers are counted together. */
    @Test
    void clientsOfLayer4WaitForThoseOfLayer7() throws IOException {
        Wire first = get(gateway.port(), "/fast");
        first.readUntil("hello");
        get(gateway.port(), "/fast").readUntil("hello");
        Wire beyond = get(LAYER_4, "/");
        Wire waiting = get(LAYER_4, "/");
        assertThat(beyond.readUntil("hello")).startsWith("HTTP/1.1 200");
        assertThat(waiting.readUntil("hello")).startsWith("HTTP/1.1 200");
        assertThat(first.readAll()).as("the idle connection was closed").isEmpty();
    }

    @Test
    void aReloadOpensAListenerWhileClientsWait() throws IOException {
        List<Wire> served = new ArrayList<>();
        for (int i = 0; i <= ROOM; i++) {
            Wire client = get(LAYER_4, "/");
            assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 200");
            served.add(client);
        }
        await().until(Descriptors.PROCESS::isContended);
        Wire waiting = get(LAYER_4, "/");
        configured("late: { bind: \"127.0.0.1:%d\", pool: web }".formatted(LATE));
        assertThat(gateway.command("/actuator/reload", "").body()).contains("applied");
        Wire late = get(LATE, "/");
        for (Wire client : served) {
            client.close();
        }
        assertThat(waiting.readUntil("hello")).startsWith("HTTP/1.1 200");
        assertThat(late.readUntil("hello")).startsWith("HTTP/1.1 200");
    }

    /** Whoever operates it must get in when nobody else does. */
    @Test
    void theManagementPortCountsNobody() {
        assertThat(gateway.manage("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(Descriptors.PROCESS.clients()).isLessThanOrEqualTo(before);
    }

    private Wire get(int port, String path) throws IOException {
        Wire client = new Wire(port);
        clients.add(client);
        return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }
}
