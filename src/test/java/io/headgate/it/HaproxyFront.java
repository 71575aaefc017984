package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An HAProxy before several instances, which gives work to those only that say they are ready. */
final class HaproxyFront implements AutoCloseable {

    private final int port = Ports.free();
    private final int l4Port = Ports.free();
    private final Process process;

    HaproxyFront(Path parent, List<PackagedHeadgate> instances, List<Integer> listeners) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("haproxy"));
        Path file = Files.writeString(folder.resolve("haproxy.cfg"),
                """
                        global
                          nbthread 1
                        defaults
                          timeout connect 5s
                          timeout client 60s
                          timeout server 60s
                          option httpchk GET /actuator/health/readiness
                          http-check expect status 200
                          default-server check inter 250ms fall 2 rise 2 init-addr none
                        listen l7
                          mode http
                          bind 127.0.0.1:%d
                        %slisten l4
                          mode tcp
                          bind 127.0.0.1:%d
                        %s""".formatted(port,
                        servers(instances, instances.stream().map(PackagedHeadgate::port).toList()),
                        l4Port, servers(instances, listeners)));
        process = new ProcessBuilder(Tool.path("haproxy"), "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(folder.resolve("out.log").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(10)).until(() -> Service.listens(l4Port));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static String servers(List<PackagedHeadgate> instances, List<Integer> ports) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instances.size(); i++) {
            text.append("  server s%d 127.0.0.1:%d check port %d%n".formatted(i, ports.get(i),
                    instances.get(i).managementPort()));
        }
        return text.toString();
    }

    int port() {
        return port;
    }

    int l4Port() {
        return l4Port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
