package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.RawClient;
import io.headgate.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class WholeBodiesTest {

    private static final int REQUESTS = 1000;

    /** Before all of a body was read first, some one in a hundred of these got no answer. */
    @Test
    void aRefusedWriteLeavesTheConnectionFitForTheNext() throws IOException {
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools.orders: { members: [ "127.0.0.1:1" ], health: { check: none } }
                """); RawClient client = new RawClient(gateway.managementPort())) {
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
                String answer = client.readUntil("}");
                assertThat(answer).startsWith(body.length() > 2
                        ? "HTTP/1.1 413"
                        : i % 2 == 0 ? "HTTP/1.1 415" : "HTTP/1.1 401");
            }
            client.send("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void moreThanIsReadToBePoliteEndsTheConnection() throws IOException {
        try (TestGateway gateway = TestGateway.start("headgate.reload.watch: false");
                RawClient client = new RawClient(gateway.managementPort())) {
            client.send(
                    "POST /actuator/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n");
            String part = "x".repeat(100_000);
            for (int i = 0; i < 11; i++) {
                client.send(part);
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
        }
    }
}
