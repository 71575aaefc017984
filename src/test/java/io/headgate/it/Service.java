package io.headgate.it;

import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/** A server program that runs for the time of a test, on a port of its own. */
final class Service implements AutoCloseable {

    private final Process process;
    private final int port;

    private Service(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts it and waits until it listens (TCP); PORT and FOLDER in the command are replaced. */
    static Service start(Path folder, String program, String... arguments) throws IOException {
        return startAt(Ports.free(), folder, program, arguments);
    }

    /** The same where the port is settled already. */
    static Service startAt(int port, Path folder, String program, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = Tool.path(program);
        for (int i = 0; i < arguments.length; i++) {
            command[i + 1] = arguments[i].replace("PORT", Integer.toString(port)).replace("FOLDER",
                    folder.toString());
        }
        Service service = new Service(port, new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve(program + ".log").toFile()).start());
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> listens(port));
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        return service;
    }

    static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    Process process() {
        return process;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
