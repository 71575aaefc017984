package io.headgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import io.headgate.pool.Pools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/** The whole application in this process, with a configuration of the test's own and free ports. */
public final class TestGateway implements AutoCloseable {

    /** A document of its own, so that a test can override it. */
    private static final String FREE_PORTS = """
            server.port: 0
            management.server.port: 0
            ---
            """;

    /** Of the management's user and password, "admin" and "secret". */
    public static final String CREDENTIALS = "Basic YWRtaW46c2VjcmV0";

    private static final String HASH = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("secret");

    private final ConfigurableApplicationContext context;
    private final AtomicReference<ApplicationContext> management;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    private TestGateway(ConfigurableApplicationContext context,
            AtomicReference<ApplicationContext> management) {
        this.context = context;
        this.management = management;
    }

    /** Starts with the jar's defaults and this YAML over them. */
    public static TestGateway start(String yaml, String... arguments) {
        return start(file(yaml), arguments);
    }

    private static Path file(String yaml) {
        try {
            Path file = Files.createTempFile("headgate", ".yml");
            Files.writeString(file, FREE_PORTS + yaml);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts with beans of the user's own beside Headgate's. */
    public static TestGateway with(Class<?> beans, String yaml, String... arguments) {
        return start(file(yaml), List.of(Headgate.class, beans), arguments);
    }

    /** Starts with the jar's defaults and this file over them, which the test may change. */
    public static TestGateway start(Path file, String... arguments) {
        return start(file, List.of(Headgate.class), arguments);
    }

    private static TestGateway start(Path file, List<Class<?>> sources, String... arguments) {
        AtomicReference<ApplicationContext> management = new AtomicReference<>();
        ApplicationListener<WebServerInitializedEvent> servers = event -> management
                .set("management".equals(event.getApplicationContext().getServerNamespace())
                        ? event.getApplicationContext()
                        : management.get());
        return new TestGateway(
                new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).listeners(servers)
                        .web(WebApplicationType.REACTIVE)
                        .properties("spring.config.location=classpath:/application.yml,file:" + file,
                                "server.port=0",
                                "management.server.port=0", "headgate.management.password=" + HASH,
                                "headgate.access-log.enabled=false", // unless the test's own file says so
                                "spring.main.register-shutdown-hook=false")
                        .run(arguments),
                management);
    }

    public int port() {
        return port("local.server.port");
    }

    public int managementPort() {
        return port("local.management.port");
    }

    private int port(String name) {
        return context.getEnvironment().getRequiredProperty(name, Integer.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Those of the application's own context, which serves the L7 port. */
    public <T> Map<String, T> beansOf(Class<T> type) {
        return context.getBeansOfType(type);
    }

    /** What the management port maps, by its methods; no method means every one. */
    public Map<RequestMappingInfo, HandlerMethod> managementMappings() {
        Map<RequestMappingInfo, HandlerMethod> all = new LinkedHashMap<>();
        management.get().getBeansOfType(RequestMappingInfoHandlerMapping.class).values()
                .forEach(mapping -> all.putAll(mapping.getHandlerMethods()));
        return all;
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(port(), HttpRequest.newBuilder().GET(), path, headers);
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(port(), HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)), path,
                headers);
    }

    public HttpResponse<String> send(HttpRequest.Builder request, String path, String... headers) {
        return send(port(), request, path, headers);
    }

    /** Reads from the management port. */
    public HttpResponse<String> manage(String path) {
        return send(managementPort(), HttpRequest.newBuilder().GET(), path);
    }

    /** Writes to the management port, as one who may. */
    public HttpResponse<String> command(String path, String json) {
        return command(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json)), path,
                "Content-Type", "application/json", "Authorization", CREDENTIALS);
    }

    /** Sends to the management port what the test says. */
    public HttpResponse<String> command(HttpRequest.Builder request, String path, String... headers) {
        return send(managementPort(), request, path, headers);
    }

    private HttpResponse<String> send(int port, HttpRequest.Builder request, String path, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return client.send(
                    request.uri(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A port of this machine that nobody listens on. */
    public static int freePort() {
        return Ports.free();
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }

    /** Waits until no member has anything in flight. */
    public void awaitIdle() {
        Awaitility.await().untilAsserted(() -> assertThat(bean(Pools.class).all()).allSatisfy(
                pool -> assertThat(pool.members())
                        .allSatisfy(member -> assertThat(member.inFlight()).isZero())));
    }
}
