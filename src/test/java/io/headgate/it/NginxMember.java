package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
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
        Nginx.write(folder, """
                listen 127.0.0.1:%d;
                location / { default_type text/plain; return 200 "%s\\n"; }
                """.formatted(port, name));
        process = launch();
    }

    private Process launch() throws IOException {
        Process started = Nginx.start(folder);
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
