package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Code of a user's own in the two ways that there are: Headgate as a library of an application, and jars in
 * the folder extensions. The code is the example application's.
 */
@SuppressWarnings("NullAway.Init") // set before all
class OwnCodeTest {

    private static final Path EXAMPLE = Path.of("examples/application/src/main");
    private static final ClassLoader USUAL = Thread.currentThread().getContextClassLoader();

    @TempDir
    private static Path classes;

    @TempDir
    private Path extensions;

    private static RawServer member;

    @BeforeAll
    static void compile() throws IOException {
        member = new RawServer(RawServer.answering("member 42"));
        List<String> arguments = new ArrayList<>(
                List.of("-d", classes.toString(), "-proc:none", "-parameters",
                        "-classpath", System.getProperty("java.class.path")));
        try (Stream<Path> sources = Files.walk(Path.of("examples/application/src"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null,
                arguments.toArray(String[]::new))).isZero();
    }

    @AfterAll
    static void stop() throws IOException {
        member.close();
    }

    @AfterEach
    void usualClasses() {
        Thread.currentThread().setContextClassLoader(USUAL);
    }

    /** An application's own class path comes before its libraries'. */
    private static final class Application extends URLClassLoader {

        Application(URL... own) {
            super(own, USUAL);
        }

        @Override
        public @Nullable URL getResource(String name) {
            URL own = findResource(name);
            return own != null ? own : super.getResource(name);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> all = Collections.list(findResources(name));
            all.addAll(Collections.list(USUAL.getResources(name)));
            return Collections.enumeration(all);
        }
    }

    private static HttpResponse<String> get(int port, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void servesTheExample(int port) throws IOException, InterruptedException {
        HttpResponse<String> known = get(port, "/orders/1", "X-Tenant", "acme");
        assertThat(known.body()).isEqualTo("member ##");
        assertThat(known.headers().firstValue("X-Served-For")).hasValue("acme");
        assertThat(known.headers().firstValue("X-Headgate").orElse("")).startsWith("lane=fast");
        HttpResponse<String> unknown = get(port, "/orders/1", "X-Tenant", "nobody");
        assertThat(unknown.statusCode()).isEqualTo(403);
        assertThat(unknown.body()).isEqualTo("unknown tenant");
    }

    @Test
    void headgateIsALibraryOfAnApplication() throws Exception {
        try (Application loader = new Application(classes.toUri().toURL(),
                EXAMPLE.resolve("resources").toUri().toURL())) {
            Thread.currentThread().setContextClassLoader(loader);
            SpringApplication application = new SpringApplication(
                    loader.loadClass("com.example.gateway.GatewayApplication"));
            application.setRegisterShutdownHook(false);
            try (ConfigurableApplicationContext context = application.run("--server.port=0",
                    "--spring.config.location=classpath:/application.yml",
                    "--headgate.pools.orders.health.check=none",
                    "--management.server.port=0", "--headgate.fast-path.debug-header=true",
                    "--headgate.pools.orders.members[0]=127.0.0.1:" + member.port())) {
                int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
                servesTheExample(port);
                assertThat(get(port, "/version").body()).isEqualTo("1");
                int management = context.getEnvironment().getRequiredProperty("local.management.port",
                        Integer.class);
                assertThat(get(management, "/actuator/pools").body()).contains("orders");
            }
        }
    }

    /** The example's own test, as its own build runs it. */
    @Test
    void anApplicationTestsItsConfigurationWithMembersThatFail() throws Exception {
        try (Application loader = new Application(classes.toUri().toURL(),
                EXAMPLE.resolve("resources").toUri().toURL())) {
            Thread.currentThread().setContextClassLoader(loader);
            Constructor<?> made = loader.loadClass("com.example.gateway.GatewayTest")
                    .getDeclaredConstructor();
            made.setAccessible(true);
            Method test = made.getDeclaringClass()
                    .getDeclaredMethod("tenantsAreServedAndFailuresHaveTheirStatus");
            test.setAccessible(true);
            test.invoke(made.newInstance());
        }
    }

    @Test
    void jarsInTheFolderExtensionsAreLoaded() throws Exception {
        jar(extensions.resolve("tenants.jar"));
        Extensions.load(extensions);
        String yaml = Files.readString(EXAMPLE.resolve("resources/application.yml"));
        try (TestGateway gateway = TestGateway.start(
                yaml.replace("127.0.0.1:9001", "127.0.0.1:" + member.port()),
                "--headgate.fast-path.debug-header=true")) {
            servesTheExample(gateway.port());
        }
    }

    /** With the list in which Boot looks for what a library brings. */
    private static void jar(Path file) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                Stream<Path> all = Files.walk(classes)) {
            all.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("Gateway"))
                    .forEach(path -> add(jar,
                            classes.relativize(path).toString().replace(File.separatorChar, '/'),
                            path));
            jar.putNextEntry(new JarEntry(
                    "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"));
            jar.write(
                    """
                            com.example.gateway.TenantFilterFactory
                            com.example.gateway.MaintenanceFilterFactory
                            com.example.gateway.MaskFilterFactory
                            """
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void add(JarOutputStream jar, String name, Path file) {
        try {
            jar.putNextEntry(new JarEntry(name));
            Files.copy(file, jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aJarThatDoesNotFitSaysWhy() throws IOException {
        Files.writeString(extensions.resolve("broken.jar"), "no jar");
        assertThatThrownBy(() -> Extensions.load(extensions)).hasMessageContaining("broken.jar")
                .hasMessageContaining("(expected: ");
        assertThat(Thread.currentThread().getContextClassLoader()).isEqualTo(USUAL);
    }

    @Test
    void withoutTheFolderNothingChanges() {
        Extensions.load(extensions.resolve("none"));
        assertThat(Thread.currentThread().getContextClassLoader()).isEqualTo(USUAL);
    }
}
