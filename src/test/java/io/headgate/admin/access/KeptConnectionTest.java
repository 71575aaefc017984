package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One kept connection to the management port, used as quickly as it can be. */
@SuppressWarnings("NullAway.Init") // before all tests
class KeptConnectionTest {

    private static final int REQUESTS = 1000;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                headgate.pools.orders: { members: [ "127.0.0.1:1" ], health: { check: none } }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** The second waits in Reactor Netty's queue and is answered within the call that takes it out. */
    @Test
    void aRequestThatWaitedForTheOneBeforeDoesNotEndTheConnectionsReading() throws IOException {
        try (Wire client = new Wire(gateway.managementPort())) {
            for (int i = 0; i < 20; i++) {
                client.send(get("/actuator/prometheus") + get("/actuator/nothing"));
                assertThat(client.readUntil("HTTP/1.1 404")).startsWith("HTTP/1.1 200");
                client.readUntil("}");
            }
        }
    }

    @Test
    void probesThatFollowAtOnceAreAnswered() throws IOException {
        try (Wire client = new Wire(gateway.managementPort())) {
            for (int i = 0; i < REQUESTS; i++) {
                client.send(get("/actuator/health/readiness"));
                assertThat(client.readUntil("},\"status\":\"UP\"}")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void aRefusedWriteLeavesTheConnectionFitForTheNext() throws IOException {
        try (Wire client = new Wire(gateway.managementPort())) {
            client.socket().setTcpNoDelay(true);
            for (int i = 0; i < REQUESTS; i++) {
                String body = i % 7 == 0 ? "x".repeat(20_000) : "{}";
                client.send("""
                        POST /actuator/reload HTTP/1.1\r
                        Host: localhost\r
                        Content-Type: %s\r
                        Content-Length: %d\r
                        \r
                        """.formatted(i % 2 == 0 ? "text/plain" : "application/json", body.length()))
                        .send(body);
                assertThat(client.readUntil("}")).startsWith(i % 2 == 0 ? "HTTP/1.1 415" : "HTTP/1.1 401");
            }
            client.send(get("/actuator/health/liveness"));
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200");
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }
}
