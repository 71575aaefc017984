package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.StringUtils;

/** Requests sent ahead for both lanes, whose members take different times: answered one by one, in order. */
@ParameterizedClass(name = "HTTP/2 is taken too: {0}")
@ValueSource(booleans = {false, true})
@SuppressWarnings("NullAway.Init")
class MixedPipelineTest {

    private static final int REQUESTS = 50;
    private static final int LONGEST_MILLIS = 12;

    private static RawServer member;
    private static TestGateway gateway;

    @Parameter
    boolean http2;

    @BeforeParameterizedClassInvocation
    static void start(boolean http2) {
        member = new RawServer(MixedPipelineTest::serve);
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fast, uri: "lb://p", predicates: [ "Path=/fast/**" ] }
                  - { id: slow, uri: "lb://p", predicates: [ "Path=/slow/**" ], filters: [ FallbackHeaders ] }
                """.formatted(member.port()), "--server.http2.enabled=" + http2);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    /** {@code /LANE/NUMBER/MILLIS}: answers the number, in angle brackets, after that time. */
    private static void serve(Socket socket) throws IOException {
        try (WholeRequests in = new WholeRequests(socket)) {
            for (String line = in.next(); !line.isEmpty(); line = in.next()) {
                String[] parts = line.split("[/ ]", -1);
                int millis = Integer.parseInt(parts[4]);
                Pause.of(Duration.ofMillis(millis), "a member that needs so long");
                String body = "<" + parts[3] + ">";
                RawServer.write(socket, millis % 2 == 0
                        ? "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body
                        : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void ordersItsAnswers(long seed) throws Exception {
        Random random = new Random(seed);
        long before = servedFast();
        long expected = 1;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            String lane = (seed == 1 ? i % 2 == 0 : random.nextBoolean()) ? "fast" : "slow";
            expected += lane.equals("fast") ? 1 : 0;
            int body = random.nextInt(3) == 0 ? random.nextInt(20_000) : 0;
            all.append(body == 0 ? "GET" : "POST").append(" /").append(lane).append('/').append(i).append('/')
                    .append(random.nextInt(LONGEST_MILLIS)).append(" HTTP/1.1\r\nHost: h\r\n");
            all.append(body == 0 ? "\r\n" : "Content-Length: " + body + "\r\n\r\n" + "b".repeat(body));
        }
        try (Wire client = new Wire(gateway.port())) {
            Thread sending = Thread.ofVirtual().start(() -> send(client, all.toString(), random));
            for (int i = 0; i < REQUESTS; i++) {
                String answer = client.readUntil("<" + i + ">");
                assertThat(StringUtils.countOccurrencesOf(answer, "HTTP/1.1 ")).as(answer).isEqualTo(1);
                assertThat(answer).contains("HTTP/1.1 200 ");
            }
            sending.join();
            client.send("GET /fast/last/0 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).endsWith("<last>");
        }
        assertThat(servedFast() - before).isEqualTo(expected);
    }

    private static long servedFast() {
        return gateway.bean(MeterRegistry.class).find("headgate.requests").tag("lane", "fast").timers()
                .stream().mapToLong(Timer::count).sum();
    }

    private static void send(Wire client, String all, Random random) {
        try {
            for (int at = 0; at < all.length();) {
                int end = Math.min(all.length(), at + 1 + random.nextInt(30_000));
                client.send(all.substring(at, end));
                at = end;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
