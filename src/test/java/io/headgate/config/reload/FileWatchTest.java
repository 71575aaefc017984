package io.headgate.config.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // each test starts its own
class FileWatchTest {

    @TempDir
    private Path folder;
    private final RawServer server = new RawServer(RawServer.answering("here"));
    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    private String yaml(String path) {
        return """
                headgate.pools.web.members: [ "%s" ]
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=%s" ] }
                """.formatted(server.address(), path);
    }

    private void start(Path file) {
        gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.interval=50ms");
        serves("/one");
    }

    private void serves(String path) {
        Awaitility.await().until(() -> gateway.get(path).statusCode() == 200);
    }

    private void health(String status) {
        Awaitility.await().until(() -> gateway.manage("/actuator/health/configuration").body()
                .contains("\"status\":\"" + status + "\""));
    }

    @Test
    void aConfigMapsLinksThatAreSwappedAreFollowed() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        version(mount, "..1", yaml("/one"));
        Files.createSymbolicLink(mount.resolve("application.yml"), Path.of("..data", "application.yml"));
        start(mount.resolve("application.yml"));
        for (int i = 2; i < 5; i++) {
            version(mount, ".." + i, yaml("/v" + i));
            serves("/v" + i);
            assertThat(gateway.get("/one").statusCode()).isEqualTo(404);
        }
    }

    /** As the kubelet does: a new folder, a new link to it, renamed over the old link. */
    private static void version(Path mount, String name, String yaml) throws IOException {
        Path target = Files.createDirectory(mount.resolve(name));
        Files.writeString(target.resolve("application.yml"), yaml);
        Path fresh = Files.createSymbolicLink(mount.resolve("..data_tmp"),
                Objects.requireNonNull(target.getFileName()));
        Files.move(fresh, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aHalfWrittenFileIsRefusedAndTheWholeOneIsTaken() throws Exception {
        Path file = Files.writeString(folder.resolve("application.yml"), yaml("/one"));
        start(file);
        String next = yaml("/two");
        Files.writeString(file, next.substring(0, next.indexOf(", predicates")));
        health("DEGRADED");
        assertThat(gateway.get("/one").statusCode()).isEqualTo(200);
        Files.writeString(file, next);
        serves("/two");
        health("UP");
    }

    @Test
    void aFileThatVanishesLeavesTheLastGoodOneServing() throws Exception {
        Path file = Files.writeString(folder.resolve("application.yml"), yaml("/one"));
        start(file);
        Files.delete(file);
        health("DEGRADED");
        assertThat(gateway.get("/one").statusCode()).isEqualTo(200);
        Files.writeString(file, yaml("/one"));
        health("UP");
        Files.writeString(file, "");
        health("DEGRADED");
        assertThat(gateway.get("/one").statusCode()).isEqualTo(200);
    }

    @Test
    void afterManyWritesInQuickSuccessionTheLastOneIsInForce() throws Exception {
        Path file = Files.writeString(folder.resolve("application.yml"), yaml("/one"));
        start(file);
        for (int i = 0; i < 50; i++) {
            Files.writeString(file, yaml("/v" + i));
            assertThat(gateway.command("/actuator/reload", "").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/v" + i).statusCode()).as("reload %d", i).isEqualTo(200);
        }
        assertThat(gateway.get("/v48").statusCode()).isEqualTo(404);
    }
}
