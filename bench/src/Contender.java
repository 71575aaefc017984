import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A proxy under measurement: where its configurations lie and how it is started in its work folder. */
enum Contender {

    HEADGATE("headgate", 1, "bench/headgate", ".yml") {
        @Override
        List<String> command(Setup setup) throws IOException {
            return java("target", "headgate-*.jar");
        }
    },
    HAPROXY("haproxy", 2, "bench/peers/haproxy", ".cfg") {
        @Override
        List<String> command(Setup setup) {
            return List.of("haproxy", "-f", "base.cfg", "-f", setup.file() + ".cfg");
        }
    },
    NGINX("nginx", 3, "bench/peers/nginx", ".conf") {
        @Override
        List<String> command(Setup setup) {
            return List.of("nginx", "-e", "stderr", "-p", ".", "-c", setup.file() + ".conf");
        }
    },
    CADDY("caddy", 4, "bench/peers/caddy", ".Caddyfile") {
        @Override
        List<String> command(Setup setup) {
            return List.of("caddy", "run", "--adapter", "caddyfile", "--config", setup.file() + ".Caddyfile");
        }
    },
    STOCK_SCG("stock-scg", 5, "bench/stock-scg/config", ".yml") {
        @Override
        List<String> command(Setup setup) throws IOException {
            return java("bench/stock-scg/target", "stock-scg-*.jar");
        }
    };

    private final String label;
    private final int number;
    private final Path folder;
    private final String suffix;

    Contender(String label, int number, String folder, String suffix) {
        this.label = label;
        this.number = number;
        this.folder = Path.of(folder);
        this.suffix = suffix;
    }

    abstract List<String> command(Setup setup) throws IOException;

    String label() {
        return label;
    }

    /** These get slow code first and fast code later: they are warmed up in full. */
    boolean jvm() {
        return this == HEADGATE || this == STOCK_SCG;
    }

    int port(Setup.Entry entry) {
        return entry.base + number;
    }

    boolean takesPartIn(Setup setup) {
        return Files.exists(folder.resolve(setup.file() + suffix));
    }

    Path workFolder() {
        return Path.of("bench/work", label);
    }

    /**
     * Writes the configurations into the work folder; a Spring application finds its own as application.yml.
     */
    void configure(Setup setup) throws IOException {
        Configuration.copy(folder, workFolder(), setup.repeat());
        if (this == HEADGATE && setup.file().equals("l7-spring")) {
            Extension.build(folder.resolve("filters"), workFolder());
        }
        if (jvm()) {
            Files.copy(workFolder().resolve(setup.file() + suffix), workFolder().resolve("application.yml"));
        }
    }

    /** Both JVMs run with the flags that Headgate's users get. */
    static List<String> java(String folder, String pattern) throws IOException {
        return List.of(javaCommand(), "@" + Path.of("jvm.options").toAbsolutePath(), "-jar",
                jar(folder, pattern));
    }

    static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin/java").toString();
    }

    static String jar(String folder, String pattern) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(folder), pattern)) {
            for (Path jar : jars) {
                return jar.toAbsolutePath().toString();
            }
        }
        throw new IOException(folder + "/" + pattern + ": not built");
    }
}
