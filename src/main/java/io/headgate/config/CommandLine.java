package io.headgate.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.config.source.Nearest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Properties;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** What the jar does beside running the gateway. */
public final class CommandLine {

    private static final List<String> KINDS = List.of("web", "microservices", "database", "kubernetes");
    private static final List<String> OPTIONS = List.of("--check", "--check=json", "--migrate", "--init",
            "--hash-password",
            "--help", "--version", "--debug", "--trace");
    private static final String FILE = "application.yml";
    private static final String HELP = """
            Headgate balances traffic at layer 4 and layer 7. It reads ./application.yml.

              java @jvm.options -jar headgate.jar                      run the gateway
              java @jvm.options -jar headgate.jar --check              check the configuration, open no port
              java @jvm.options -jar headgate.jar --check=json         the same, for programs
              java @jvm.options -jar headgate.jar --check --migrate    print the files with the names that Spring
                                                                       Cloud Gateway had before version 5 replaced
              java @jvm.options -jar headgate.jar --init=KIND          write an application.yml to begin with:
                                                                       web, microservices, database or kubernetes
              java @jvm.options -jar headgate.jar --hash-password      read a password, and print what stands
                                                                       in headgate.management.password
              java @jvm.options -jar headgate.jar --version

              --NAME=VALUE sets any property: --server.port=80
              --spring.config.location=/etc/headgate/ reads application.yml there""";

    private final Path folder;
    private final InputStream in;
    private final PrintStream out;

    /**
     * Takes what a command needs.
     *
     * @param folder where files are written
     */
    public CommandLine(Path folder, InputStream in, PrintStream out) {
        this.folder = folder;
        this.in = in;
        this.out = out;
    }

    /** Does what an option asks for, and gives the exit status; nothing if the gateway is to run. */
    public OptionalInt run(String... args) {
        for (String arg : args) {
            if (arg.equals("--help") || arg.equals("-h")) {
                return say(HELP);
            } else if (arg.equals("--version")) {
                return say("Headgate " + version() + ", Java " + Runtime.version());
            } else if (arg.equals("--hash-password")) {
                return hash();
            } else if (arg.equals("--init") || arg.startsWith("--init=")) {
                return init(arg.replaceFirst("--init=?", ""));
            } else if (arg.startsWith("-") && !arg.contains(".") && !OPTIONS.contains(arg)
                    && !arg.startsWith("--check=")) {
                return refuse(arg + " (expected: an option, or --NAME=VALUE with the name of a property). "
                        + Nearest.to(arg, OPTIONS).map(near -> "Did you mean " + near + "?")
                                .orElse("--help lists the options."));
            }
        }
        return OptionalInt.empty();
    }

    private OptionalInt say(String text) {
        out.println(text);
        return OptionalInt.of(0);
    }

    private OptionalInt refuse(String text) {
        out.println(text);
        return OptionalInt.of(2);
    }

    private static String version() {
        Properties build = new Properties();
        try (InputStream file = CommandLine.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("build.version", "of an unpackaged build");
    }

    private OptionalInt hash() {
        try {
            String password = new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
            if (password == null || password.isEmpty() || password.getBytes(UTF_8).length > 72) {
                return refuse("--hash-password (expected: a password of 1 to 72 bytes on standard input)");
            }
            return say("{bcrypt}" + new BCryptPasswordEncoder().encode(password));
        } catch (IOException e) {
            return refuse("--hash-password: " + e.getMessage());
        }
    }

    private OptionalInt init(String kind) {
        if (!KINDS.contains(kind)) {
            return refuse("--init=" + kind + " (expected: one of " + String.join(", ", KINDS) + ")");
        }
        Path file = folder.resolve(FILE);
        try (InputStream text = CommandLine.class.getResourceAsStream("/init/" + kind + ".yml")) {
            Files.copy(Objects.requireNonNull(text), file);
            return say(FILE + " is written. Put the addresses of your servers into it, and then:\n"
                    + "  java @jvm.options -jar headgate.jar --check\n"
                    + "  java @jvm.options -jar headgate.jar");
        } catch (FileAlreadyExistsException e) {
            return refuse(FILE + " is already here. Move it away first: it is not overwritten.");
        } catch (IOException e) {
            return refuse(FILE + " cannot be written: " + e);
        }
    }
}
