package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An nginx in one process, which answers 200 with its name. */
final class NginxMember implements AutoCloseable {

    private final Path folder;
    private final int port = Ports.free();
    private Process process;

    NginxMember(Path parent, String name) throws IOException {
        folder = Files.createDirectories(parent.resolve(name));
        Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  server {
                    listen 127.0.0.1:%d;
                    location / { default_type text/plain; return 200 "%s\\n"; }
                  }
                }
                """.formatted(port, name));
        process = launch();
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(Tool.path("nginx"), "-p", folder.toString(), "-c", "nginx.conf",
                "-e", "error.log").redirectErrorStream(true).redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("out.log").toFile()).start();
        try {
            await().atMost(Duration.ofSeconds(10)).until(this::listens);
        } catch (RuntimeException e) {
            started.destroyForcibly();
            throw e;
        }
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void startAgain() throws IOException {
        process = launch();
    }

    /** The kernel goes on accepting for it, but nobody answers. */
    void freeze() throws IOException, InterruptedException {
        Tool.signal(process, "STOP");
    }

    void thaw() throws IOException, InterruptedException {
        Tool.signal(process, "CONT");
    }

    @Override
    public void close() {
        kill();
    }
}
