package io.headgate.l7;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The client and the server that gRPC's implementations test each other with, those of Java. They have a
 * class loader of their own: with gRPC on the class path Spring's applications are others.
 */
final class InteropPrograms implements AutoCloseable {

    /** Written by the build. */
    private static final Path CLASS_PATH = Path.of("target/grpc-interop.classpath");

    private static final String PACKAGE = "io.grpc.testing.integration.";

    /** Those that fail without a proxy, too, or say nothing of one. */
    private static final Set<String> LEFT_OUT = Set.of(
            // these ask Google who they are
            "compute_engine_creds", "compute_engine_channel_credentials", "service_account_creds",
            "jwt_token_creds", "oauth2_auth_token", "per_rpc_creds", "google_default_credentials",
            // this server does not have them: a call by GET, a refusal of what is not compressed, a report of
            // load
            "cacheable_unary", "client_compressed_unary", "client_compressed_streaming", "orca_per_rpc",
            "orca_oob",
            "pick_first_unary", // about a name that stands for several servers
            "rpc_soak", "channel_soak"); // loads, not cases

    private final URLClassLoader loader;

    private InteropPrograms(URLClassLoader loader) {
        this.loader = loader;
    }

    static boolean areThere() {
        return Files.exists(CLASS_PATH);
    }

    static InteropPrograms load() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String jar : Files.readString(CLASS_PATH).strip().split(File.pathSeparator, -1)) {
            urls.add(Path.of(jar).toUri().toURL());
        }
        return new InteropPrograms(
                new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader()));
    }

    /** Puts a file of theirs into a folder. */
    void copy(String resource, Path folder) throws IOException {
        try (InputStream in = Objects.requireNonNull(loader.getResourceAsStream(resource))) {
            Files.copy(in, folder.resolve(Path.of(resource).getFileName()));
        }
    }

    /** The names of the cases. */
    static List<String> cases() throws IOException, ReflectiveOperationException {
        try (InteropPrograms programs = load()) {
            return Arrays.stream(programs.type("TestCases").getEnumConstants()).map(Object::toString)
                    .filter(name -> !LEFT_OUT.contains(name)).toList();
        }
    }

    /** Starts a server; close to stop it. */
    AutoCloseable server(String... arguments) throws ReflectiveOperationException {
        Object server = begin("TestServiceServer", arguments);
        call(server, "start");
        return () -> call(server, "stop");
    }

    /** Runs a case with a client of its own: the cases count what their client has done. */
    void run(String name, List<String> arguments) throws ReflectiveOperationException {
        Class<?> cases = type("TestCases");
        Object one = cases.getMethod("fromString", String.class).invoke(null, name);
        Object client = begin("TestServiceClient", arguments.toArray(new String[0]));
        call(client, "setUp");
        try {
            Method run = client.getClass().getDeclaredMethod("runTest", cases);
            run.setAccessible(true);
            run.invoke(client, one);
        } finally {
            call(client, "tearDown");
        }
    }

    private Class<?> type(String name) throws ReflectiveOperationException {
        return loader.loadClass(PACKAGE + name);
    }

    private Object begin(String name, String... arguments) throws ReflectiveOperationException {
        Object program = type(name).getConstructor().newInstance();
        Method parse = program.getClass().getDeclaredMethod("parseArgs", String[].class);
        parse.setAccessible(true);
        parse.invoke(program, (Object) arguments);
        return program;
    }

    private static void call(Object program, String name) throws ReflectiveOperationException {
        Method method = program.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        method.invoke(program);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
