package io.headgate.config.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reload and a shutdown do to requests that wait in a queue. */
@SuppressWarnings("NullAway.Init") // at the beginning of each test
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class QueueReloadTest {

    private static final String GET = "GET /web HTTP/1.1\r\nHost: x\r\n\r\n";

    @Parameter
    boolean fast;

    @TempDir
    private Path folder;
    private final Semaphore answers = new Semaphore(0);
    private final RawServer member = new RawServer(socket -> {
        while (RawServer.readHead(socket)) {
            answers.acquireUninterruptibly();
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    private TestGateway gateway;

    @AfterEach
    void stop() throws IOException {
        answers.release(1_000);
        gateway.close();
        member.close();
    }

    @Test
    void morePlacesServeThoseWhoWaitAndSettingsAreObeyed() throws IOException {
        start(pool(1, "{ size: 5, timeout: 1m }"));
        try (Wire held = asks(); Wire first = waits(1); Wire second = waits(2)) {
            reload(pool(2, "{ size: 1, timeout: 1m }"));
            await().until(() -> view().contains("\"inFlight\":2"));
            assertThat(view()).contains("\"queue\":{\"size\":1,").contains("\"length\":1");
            assertThat(gateway.get("/web").body()).contains("queue-full");
            answers.release(3);
            for (Wire client : new Wire[]{held, first, second}) {
                assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void whoWaitsForAPoolThatIsRemovedIsAnswered() throws IOException {
        start(pool(1, "{ size: 5, timeout: 1m }"));
        try (Wire held = asks(); Wire waiting = waits(1)) {
            reload("headgate.pools.other: { members: [] }");
            assertThat(waiting.readUntil("no-member")).startsWith("HTTP/1.1 503");
            answers.release(1);
            assertThat(held.readUntil("ok")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aShutdownLetsThoseWhoWaitHaveTheirTurn() throws Exception {
        start(pool(1, "{ size: 5, timeout: 3s }"));
        try (Wire held = asks(); Wire served = waits(1); Wire late = waits(2)) {
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(gateway::close);
            answers.release(1);
            assertThat(held.readUntil("ok")).startsWith("HTTP/1.1 200");
            assertThat(late.readUntil("queue-timeout")).startsWith("HTTP/1.1 503");
            answers.release(1);
            assertThat(served.readUntil("ok")).startsWith("HTTP/1.1 200");
            stopping.get();
        }
    }

    @Test
    void aQueueOutOfBoundsIsRefusedByAReload() throws IOException {
        start(pool(1, "{ size: 5, timeout: 1m }"));
        Files.writeString(file(), pool(1, "{ size: -1, timeout: 0s }"));
        assertThat(gateway.command("/actuator/reload", "").body())
                .contains("headgate.pools.web.queue.size\",\"value\":\"-1\"")
                .contains("a number from 0 to 100000")
                .contains("headgate.pools.web.queue.timeout\",\"value\":\"0s\"");
        assertThat(view()).contains("\"queue\":{\"size\":5,");
    }

    private void start(String yaml) throws IOException {
        Files.writeString(file(), yaml);
        gateway = TestGateway.start(file(), "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false",
                "--headgate.fast-path.enabled=" + fast);
    }

    private void reload(String yaml) throws IOException {
        Files.writeString(file(), yaml);
        assertThat(gateway.command("/actuator/reload", "").statusCode()).isEqualTo(200);
    }

    private Path file() {
        return folder.resolve("application.yml");
    }

    private String pool(int places, String queue) {
        return """
                headgate.pools.web: { members: [ "127.0.0.1:%d" ], max-connections: %d, health: { check: none }, queue: %s }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/web" ] }
                """
                .formatted(member.port(), places, queue);
    }

    private String view() {
        return gateway.manage("/actuator/pools/web").body();
    }

    private Wire asks() throws IOException {
        Wire client = new Wire(gateway.port()).send(GET);
        await().until(() -> view().contains("\"inFlight\":1"));
        return client;
    }

    private Wire waits(int then) throws IOException {
        Wire client = new Wire(gateway.port()).send(GET);
        await().until(() -> view().contains("\"length\":" + then));
        return client;
    }
}
