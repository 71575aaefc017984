package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l4.Listeners;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member with a limit has at once, counted by itself, while its places change hands. */
@SuppressWarnings("NullAway.Init") // set before each run of the class
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class PlacesTest {

    private static final int PLACES = 5;
    private static final int WAITING = 15;

    @Parameter
    boolean fast;

    private static TestGateway gateway;
    private static CountingMember leaving;
    private static CountingMember slow;
    private final Map<String, Wire> clients = new HashMap<>();
    private int sent;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        leaving = new CountingMember();
        slow = new CountingMember();
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    web:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      max-connections: %d
                      queue: { size: 1000, timeout: 1m }
                      timeouts: { response: 1m }
                    slow:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      max-connections: %d
                      queue: { size: 1000, timeout: 1m }
                      timeouts: { response: 100ms }
                  listeners.tcp: { bind: "127.0.0.1:0", pool: web }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: slow, uri: "lb://slow", predicates: [ "Host=slow" ] }
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(leaving.port(), PLACES, slow.port(), PLACES),
                "--headgate.fast-path.enabled=" + fast);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        leaving.close();
        slow.close();
    }

    @AfterEach
    void leave() throws IOException {
        for (Wire client : clients.values()) {
            client.close();
        }
        await().until(() -> gateway.bean(Pools.class).all().stream()
                .allMatch(pool -> pool.queue().length() == 0
                        && pool.members().stream().allMatch(member -> member.inFlight() == 0)));
    }

    @Test
    void clientsThatLeaveGiveTheirPlacesOnOverBothLayers() throws Exception {
        InetSocketAddress listener = Objects.requireNonNull(
                gateway.bean(Listeners.class).find("tcp").orElseThrow().bound());
        Queue<String> served = new ArrayDeque<>();
        for (int i = 0; i < WAITING; i++) {
            ask(i % 2 == 0 ? gateway.port() : listener.getPort(), "web");
        }
        for (int i = 0; i < 300; i++) {
            served.add(Objects.requireNonNull(leaving.asked.poll(20, TimeUnit.SECONDS)));
            if (served.size() == PLACES) {
                Wire client = Objects.requireNonNull(clients.remove(served.remove()));
                client.socket().setSoLinger(i % 3 == 0, 0);
                client.close();
                ask(i % 2 == 0 ? gateway.port() : listener.getPort(), "web");
            }
        }
        assertThat(leaving.most()).isEqualTo(PLACES);
    }

    @Test
    void membersThatAreTooSlowGetTheNextRequestOnceTheLastOneHasEnded() throws Exception {
        for (int i = 0; i < 60; i++) {
            ask(gateway.port(), "slow");
        }
        for (Wire client : clients.values()) {
            assertThat(client.readUntil("\r\n")).startsWith("HTTP/1.1 504");
        }
        assertThat(slow.most()).isEqualTo(PLACES);
    }

    private void ask(int port, String host) throws IOException {
        String path = "/" + sent++;
        clients.put(path, new Wire(port)
                .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    }
}
