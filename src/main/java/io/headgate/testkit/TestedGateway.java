package io.headgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with the configuration of its class path in this process, on free ports, and with other
 * members in its pools:
 * {@code TestedGateway.of(GatewayApplication.class).members("orders", FakeMember.hanging()).start()}.
 */
public final class TestedGateway implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestedGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Of the class that the application is started with. */
    public static Start of(Class<?> application) {
        return new Start(application);
    }

    /** What is other than in the application's own configuration. */
    public static final class Start {

        private final Class<?> application;
        private final Map<String, String> properties = new LinkedHashMap<>();

        private Start(Class<?> application) {
            this.application = application;
            property("server.port", "0").property("management.server.port", "0")
                    .property("headgate.fast-path.debug-header", "true")
                    .property("spring.config.location", "optional:classpath:/,optional:classpath:/config/");
        }

        /** The pool has these members only, and does not check them: they have to fail for requests. */
        public Start members(String pool, FakeMember... members) {
            for (int i = 0; i < members.length; i++) {
                property("headgate.pools." + pool + ".members[" + i + "]", "127.0.0.1:" + members[i].port());
            }
            return property("headgate.pools." + pool + ".health.check", "none");
        }

        public Start property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /**
         * Starts it.
         *
         * @throws RuntimeException if the configuration has a fault
         */
        public TestedGateway start() {
            SpringApplication starting = new SpringApplication(application);
            starting.setRegisterShutdownHook(false);
            List<String> arguments = new ArrayList<>();
            properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
            return new TestedGateway(starting.run(arguments.toArray(String[]::new)));
        }
    }

    /** Where it serves its routes. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:"
                + context.getEnvironment().getRequiredProperty("local.server.port") + path);
    }

    /** Sends a GET with these headers, names and values in turn. */
    public HttpResponse<String> get(String path, String... headers) {
        return send(HttpRequest.newBuilder(), path, headers);
    }

    /** Sends a request with these headers, names and values in turn. */
    public HttpResponse<String> send(HttpRequest.Builder request, String path, String... headers) {
        request.uri(uri(path)).timeout(Duration.ofMinutes(1));
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the fast lane served this answer. */
    public static boolean isFast(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Headgate").orElse("").startsWith("lane=fast");
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
