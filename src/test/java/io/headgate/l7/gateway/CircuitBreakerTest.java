package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Spring Cloud Gateway's CircuitBreaker filter before a pool, on the slow lane. */
class CircuitBreakerTest {

    private static final int MANY = 60;

    /** Answers nobody until everybody has asked, and then not for longer than Resilience4j would wait. */
    private static RawServer answeringTogether(CountDownLatch all) {
        return new RawServer((Socket socket) -> {
            var in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            if (RawServer.readHead(in)) {
                all.countDown();
                try {
                    all.await(20, TimeUnit.SECONDS);
                    new CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                RawServer.write(socket,
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
            }
        });
    }

    @Test
    void letsInAsManyRequestsAndWaitsAsLongAsThePoolDoes() throws Exception {
        CountDownLatch all = new CountDownLatch(MANY);
        List<Wire> clients = new ArrayList<>();
        try (RawServer member = answeringTogether(all);
                TestGateway gateway = TestGateway.start("""
                        headgate.pools.app: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - id: app
                            uri: lb://app
                            predicates: [ "Path=/**" ]
                            filters: [ { name: CircuitBreaker, args: { name: app } } ]
                        """.formatted(member.port()), "--headgate.fast-path.enabled=false")) {
            for (int i = 0; i < MANY; i++) {
                clients.add(new Wire(gateway.port())
                        .send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
            }
            for (Wire client : clients) {
                assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("ok");
            }
        } finally {
            for (Wire client : clients) {
                client.close();
            }
        }
    }
}
