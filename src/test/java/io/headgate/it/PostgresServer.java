package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.TestAuthority;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL with a new, empty cluster. It refuses to run as root: there, it runs as its own user. */
final class PostgresServer implements AutoCloseable {

    private final Path folder;
    private final int port = Ports.free();
    private final Process process;

    PostgresServer(Path parent) throws IOException, InterruptedException {
        this(parent, "postgres", null);
    }

    /** One with TLS, by this key and certificate. */
    PostgresServer(Path parent, String name, @Nullable X509Bundle tls)
            throws IOException, InterruptedException {
        folder = Files.createDirectory(parent.resolve(name));
        if (tls != null) {
            TestAuthority.write(tls, folder, "server");
            Tool.run(folder, "chmod", "600", "server.key");
        }
        if (isRoot()) {
            Tool.run(folder, "chmod", "a+rx", parent.toString());
            Tool.run(folder, "chown", "-R", "postgres", folder.toString());
        }
        Tool.run(folder, command("initdb", "-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E",
                "UTF8", "--locale=C", "--no-sync"));
        String ssl = tls == null ? "off" : "on";
        process = new ProcessBuilder(command("postgres", "-D", folder + "/data", "-p", Integer.toString(port),
                "-h", "127.0.0.1", "-k", folder.toString(), "-c", "fsync=off", "-c",
                "synchronize_seqscans=off", "-c", "ssl=" + ssl, "-c",
                "ssl_cert_file=" + folder + "/server.crt",
                "-c", "ssl_key_file=" + folder + "/server.key")).directory(folder.toFile())
                .redirectErrorStream(true).redirectInput(new File("/dev/null"))
                .redirectOutput(parent.resolve(name + ".log").toFile()).start();
        try {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                    .until(() -> {
                        Tool.run(folder, Tool.path("pg_isready"), "-h", "127.0.0.1", "-p",
                                Integer.toString(port));
                        return true;
                    });
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String[] command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of(Tool.path("setpriv"), "--reuid=postgres", "--regid=postgres",
                    "--clear-groups"));
        }
        command.add(Tool.path(program));
        command.addAll(Arrays.asList(arguments));
        return command.toArray(String[]::new);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** What crashes does not end in order. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Runs psql against some port and returns what it printed, without headers. */
    String psql(int through, String command) throws IOException, InterruptedException {
        return Tool.run(folder, Tool.path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                "127.0.0.1", "-p", Integer.toString(through), "-U", "postgres", "-c", command).strip();
    }

    /** A fast shutdown, which does not wait for clients. */
    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                Tool.signal(process, "INT");
            }
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
