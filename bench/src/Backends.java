import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What stands behind the proxies: one nginx with three ports and an echo for datagrams, on the CPU of the
 * load.
 */
final class Backends implements AutoCloseable {

    private static final Path FOLDER = Path.of("bench/work/backends");
    private static final Path TLS = Path.of("bench/work/tls");

    private final Child nginx;
    private final UdpEcho echo;

    private Backends(Child nginx, UdpEcho echo) {
        this.nginx = nginx;
        this.echo = echo;
    }

    static Backends start() throws IOException, InterruptedException {
        Configuration.copy(Path.of("bench/backends"), FOLDER, 1);
        writeBodies();
        writeCertificate();
        UdpEcho echo = UdpEcho.start(Ports.UDP_BACKENDS);
        Child nginx = Child.start(Machine.LOAD_CPU, FOLDER,
                List.of("nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"));
        for (int port : Ports.HTTP_BACKENDS) {
            for (int tries = 0; Probe.get("http://127.0.0.1:" + port + "/small").isPresent(); tries++) {
                if (!nginx.alive() || tries > 100) {
                    throw new IOException("backend nginx: " + nginx.lastWords()
                            + " (expected: answers on port " + port + ")");
                }
                nginx.pause(50);
            }
        }
        return new Backends(nginx, echo);
    }

    /** Zeros as holes in files: they cost no disk, and a page cache that all proxies find the same. */
    private static void writeBodies() throws IOException {
        Path bodies = Files.createDirectories(FOLDER.resolve("www/body"));
        for (var body : List.of(new Body("10k", 10 << 10), new Body("1m", 1 << 20),
                new Body("100m", 100 << 20))) {
            try (var file = new RandomAccessFile(bodies.resolve(body.name).toFile(), "rw")) {
                file.setLength(body.bytes);
            }
        }
        Files.writeString(bodies.resolve("text"), text());
    }

    /** 10 KB that gzip makes a third of, as it does of pages. */
    private static String text() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 10 << 10) {
            int word = (int) Math.abs(random.nextGaussian() * 200);
            text.append(Integer.toString(word * 7919 + 46_656, 36))
                    .append(random.nextInt(9) == 0 ? "\n" : " ");
        }
        return text.substring(0, 10 << 10);
    }

    private record Body(String name, int bytes) {}

    private static void writeCertificate() throws IOException, InterruptedException {
        Files.createDirectories(TLS);
        Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem")
                .directory(TLS.toFile()).redirectErrorStream(true).redirectOutput(TLS.resolve("log").toFile())
                .start();
        if (!openssl.waitFor(30, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            throw new IOException("openssl: " + Files.readString(TLS.resolve("log")));
        }
        // HAProxy wants both in one file.
        Files.writeString(TLS.resolve("both.pem"),
                Files.readString(TLS.resolve("cert.pem")) + Files.readString(TLS.resolve("key.pem")));
    }

    @Override
    public void close() {
        nginx.close();
        echo.close();
    }
}
