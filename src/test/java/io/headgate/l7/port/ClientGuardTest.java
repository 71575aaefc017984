package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Member;
import io.headgate.pool.Pools;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientGuardTest {

    private static RawServer member;
    private static RawServer patient;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(RawServer.answering("ok"));
        patient = new RawServer(socket -> socket.getInputStream().readAllBytes());
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    web: { members: ["127.0.0.1:%d"], health: { check: none } }
                    patient: { members: ["127.0.0.1:%d"], health: { check: none } }
                  client:
                    header-timeout: 500ms
                    body-timeout: 500ms
                    idle-timeout: 700ms
                    max-body-size: 1KB
                    max-connections: 20
                spring.cloud.gateway.server.webflux.routes:
                  - { id: slow, uri: "lb://patient", predicates: [ "Path=/slow" ] }
                  - { id: all, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), patient.port()));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        member.close();
        patient.close();
    }

    @AfterEach
    void nothingStaysOpen() {
        Awaitility.await().until(() -> gateway.bean(Port.class).open() == 0);
        assertThat(gateway.bean(Pools.class).find("web").orElseThrow().members().getFirst().inFlight())
                .isZero();
    }

    @Test
    void headersThatComeTooSlowlyAreATimeout() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertRefused(client.send("GET / HTTP/1.1\r\nHost:").readAll(), 408, "header-timeout");
        }
    }

    /** Each that waits is held on the heap: a read of 64 KB can have 2,500 of them. */
    @Test
    void whoeverSendsTooManyRequestsAheadIsNoFaultOfOurs() throws Exception {
        try (LogLines faults = new LogLines("io.headgate"); Wire client = new Wire(gateway.port())) {
            String all = client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(1500)).readAll();
            assertThat(all.split("HTTP/1.1 200", -1)).hasSizeBetween(10, 1000);
            assertThat(all).doesNotContain("HTTP/1.1 5");
            Awaitility.await().until(() -> gateway.bean(Port.class).open() == 0);
            assertThat(faults.traces()).isEmpty();
        }
    }

    @Test
    void behindTheLastRequestNothingIsRefused() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            String all = client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nnonsense\r\n\r\n")
                    .readAll();
            assertThat(all).endsWith("ok").containsOnlyOnce("HTTP/1.1 ");
        }
    }

    @Test
    void aConnectionOnWhichNothingComesIsClosedWithoutAWord() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void aKeptAliveConnectionWithoutARequestIsClosed() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("ok");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void aSecondRequestWhoseHeadersComeTooSlowlyIsATimeout() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("ok");
            double before = count("header-timeout");
            assertRefused(client.send("GET / HT").readAll(), 408, "header-timeout");
            Awaitility.await().until(() -> count("header-timeout") == before + 1);
        }
    }

    @Test
    void aRefusedClientThatStaysDoesNotKeepTheMember() throws Exception {
        Member patients = gateway.bean(Pools.class).find("patient").orElseThrow().members().getFirst();
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf");
            assertRefused(client.readAll(), 408, "body-timeout");
            Awaitility.await().until(() -> patients.inFlight() == 0);
        }
    }

    @Test
    void aBodyThatStopsComingIsATimeout() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertRefused(
                    client.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf")
                            .readAll(),
                    408,
                    "body-timeout");
        }
        Awaitility.await().untilAsserted(() -> assertThat(count("body-timeout")).isPositive());
    }

    @Test
    void aBodyThatIsTooLargeByItsLengthIsRefusedBeforeItIsRead() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertRefused(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\n\r\n").readAll(),
                    413,
                    "body-too-large");
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefusedWhileItComes() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 5; i++) {
                client.send("ff\r\n" + "x".repeat(255) + "\r\n");
            }
            assertRefused(client.readAll(), 413, "body-too-large");
        }
    }

    @Test
    void theAnswerArrivesThoughTheClientGoesOnSending() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(500_000));
            assertRefused(client.readAll(), 413, "body-too-large");
        }
    }

    @Test
    void headersThatAreTooLargeAreRefused() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Big: " + "x".repeat(40_000) + "\r\n\r\n");
            assertRefused(client.readAll(), 431, "headers-too-large");
        }
    }

    @Test
    void aRequestLineThatIsTooLongIsRefused() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertRefused(client.readAll(), 414, "uri-too-long");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /a<b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a\"b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:80:90\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
            "CONNECT other:443 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n", "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "GET / SPDY/9\r\nHost: h\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    void whatIsNotValidHttpIsABadRequest(String request) throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            assertRefused(client.send(request).readAll(), 400, "bad-request");
        }
    }

    @Test
    void nothingAfterARefusedRequestIsServed() throws Exception {
        int served = member.accepted();
        try (Wire client = new Wire(gateway.port())) {
            String answer = client
                    .send("GET /a<b HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
                    .readAll();
            assertThat(answer.split("HTTP/1.1", -1)).hasSize(2);
        }
        assertThat(member.accepted()).isEqualTo(served);
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws Exception {
        List<Wire> clients = new ArrayList<>();
        double before = count("too-many-connections");
        for (int i = 0; i < 25; i++) {
            clients.add(new Wire(gateway.port()));
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(count("too-many-connections") - before).isEqualTo(5));
        for (Wire client : clients) {
            client.close();
        }
    }

    private static double count(String reason) {
        return gateway.bean(MeterRegistry.class).get("headgate.reasons").tag("layer", "l7")
                .tag("reason", reason)
                .counter().count();
    }

    private static void assertRefused(String answer, int status, String reason) {
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\"reason\":\"" + reason + "\"")
                .doesNotContain("<reset>");
    }
}
