package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.fast.FastPath;
import io.headgate.pool.Pools;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that go at every point of their request, and of their answer, each in their own way. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class VanishingTest {

    private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    private static final String LARGE = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int SIZE = 16_000_000;

    /** What a client does at its end. */
    private enum Ending {
        CLOSE,
        RESET,
        HALF_CLOSE
    }

    private static final AtomicInteger HALVES = new AtomicInteger();
    private static final AtomicInteger ANSWERING = new AtomicInteger();
    private static RawServer member;
    private static TestGateway gateway;

    @Parameter
    boolean fast;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        member = new RawServer(VanishingTest::serve);
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static void serve(Socket socket) throws IOException {
        try (WholeRequests in = new WholeRequests(socket, HALVES)) {
            for (String line = in.next(); !line.isEmpty(); line = in.next()) {
                int size = line.contains("/large") ? SIZE : 2;
                ANSWERING.incrementAndGet();
                try {
                    RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n"
                            + "k".repeat(size));
                } finally {
                    ANSWERING.decrementAndGet();
                }
            }
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        await().untilAsserted(() -> {
            assertThat(gateway.bean(Pools.class).all().stream().flatMap(pool -> pool.members().stream()))
                    .allSatisfy(each -> assertThat(each.inFlight()).isZero());
            assertThat(gateway.bean(FastPath.class).underWay()).isZero();
            assertThat(HALVES).as("members that wait for the rest of a request").hasValue(0);
            assertThat(ANSWERING).as("members that cannot get rid of an answer").hasValue(0);
        });
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send(POST).readUntil("kk")).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void end(Wire client, Ending ending) throws IOException {
        switch (ending) {
            case CLOSE -> client.close();
            case RESET -> {
                client.socket().setSoLinger(true, 0);
                client.close();
            }
            case HALF_CLOSE -> {
                client.socket().shutdownOutput();
                client.readAll(); // until it is closed for us
            }
        }
    }

    @Test
    void inTheRequest() throws IOException {
        for (int end = 1; end <= POST.length(); end++) {
            for (Ending ending : Ending.values()) {
                try (Wire client = new Wire(gateway.port())) {
                    client.send(POST.substring(0, end));
                    end(client, ending);
                }
            }
        }
    }

    @Test
    void inTheSecondRequest() throws IOException {
        for (int end = 1; end <= POST.length(); end += 7) {
            for (Ending ending : Ending.values()) {
                try (Wire client = new Wire(gateway.port())) {
                    client.send(POST + POST.substring(0, end)).readUntil("kk");
                    end(client, ending);
                }
            }
        }
    }

    @Test
    void inTheAnswer() throws IOException {
        for (int read : new int[]{0, 1, 10, 60, 5_000, 500_000, SIZE - 1}) {
            for (Ending ending : Ending.values()) {
                try (Wire client = new Wire(gateway.port())) {
                    client.send(LARGE);
                    client.socket().getInputStream().readNBytes(read);
                    end(client, ending);
                }
            }
        }
    }
}
