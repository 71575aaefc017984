package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees when members fail, each in its own way. */
@SuppressWarnings("NullAway.Init") // set before each run of the class
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class SlowFailureTest {

    @Parameter
    boolean fast;

    private static final int NOBODY = Ports.free();
    private static RawServer good;
    private static RawServer silent;
    private static RawServer rude;
    private static RawServer half;
    private static RawServer garbage;
    private static RawServer picky;
    private static RawServer lengthy;
    private static TestGateway gateway;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        good = new RawServer(RawServer.answering("good"));
        silent = new RawServer(socket -> {
            while (socket.getInputStream().read() >= 0) {
                // takes everything, answers nothing
            }
        });
        rude = new RawServer(socket -> {
            RawServer.readHead(socket);
            socket.setSoLinger(true, 0);
        });
        half = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
        });
        garbage = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
        });
        picky = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno");
        });
        lengthy = new RawServer(socket -> {
            for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
                int size = Integer.parseInt(head.substring(head.indexOf('?') + 1, head.indexOf(" HTTP/")));
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n"
                        + "x".repeat(size));
            }
        });
        gateway = TestGateway
                .start("""
                        headgate:
                          pools:
                            empty: { members: [] }
                            gone: { members: ["127.0.0.1:%1$d"], health: { check: none } }
                            mixed: { members: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"], health: { check: none } }
                            silent: { members: ["127.0.0.1:%3$d"], health: { check: none }, timeouts: { response: 300ms } }
                            rude: { members: ["127.0.0.1:%4$d"], health: { check: none } }
                            rude-and-good: { members: ["127.0.0.1:%4$d", "127.0.0.1:%2$d"], health: { check: none } }
                            half: { members: ["127.0.0.1:%5$d"], health: { check: none } }
                            garbage: { members: ["127.0.0.1:%6$d"], health: { check: none } }
                            picky: { members: ["127.0.0.1:%7$d"], health: { check: none } }
                            lengthy: { members: ["127.0.0.1:%8$d"], health: { check: none }, timeouts: { send: 1s } }
                            full: { members: ["127.0.0.1:%3$d"], health: { check: none }, max-connections: 1 }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: empty, uri: "lb://empty", predicates: [ "Path=/empty" ] }
                          - { id: gone, uri: "lb://gone", predicates: [ "Path=/gone" ] }
                          - { id: mixed, uri: "lb://mixed", predicates: [ "Path=/mixed" ] }
                          - { id: silent, uri: "lb://silent", predicates: [ "Path=/silent" ] }
                          - { id: rude, uri: "lb://rude", predicates: [ "Path=/rude" ] }
                          - { id: rude-and-good, uri: "lb://rude-and-good", predicates: [ "Path=/rude-and-good" ] }
                          - { id: half, uri: "lb://half", predicates: [ "Path=/half" ] }
                          - { id: garbage, uri: "lb://garbage", predicates: [ "Path=/garbage" ] }
                          - { id: full, uri: "lb://full", predicates: [ "Path=/full" ] }
                          - { id: lengthy, uri: "lb://lengthy", predicates: [ "Path=/lengthy" ] }
                          - { id: direct, uri: "http://127.0.0.1:%1$d", predicates: [ "Path=/direct" ] }
                          - id: breaker
                            uri: lb://picky
                            predicates: [ "Path=/breaker" ]
                            filters: [ { name: CircuitBreaker, args: { name: picky, statusCodes: [ 500 ] } } ]
                          - id: fallback
                            uri: lb://gone
                            predicates: [ "Path=/fallback" ]
                            filters: [ { name: CircuitBreaker, args: { name: gone, fallbackUri: "forward:/mixed" } } ]
                          - { id: circle, uri: "forward:/circle", predicates: [ "Path=/circle" ] }
                          - id: fallback-circle
                            uri: lb://gone
                            predicates: [ "Path=/fallback-circle" ]
                            filters: [ { name: CircuitBreaker, args: { name: circle, fallbackUri: "forward:/fallback-circle" } } ]
                          - { id: forwarded, uri: "forward:/mixed", predicates: [ "Path=/forwarded" ] }
                          - id: masked
                            uri: lb://picky
                            predicates: [ "Path=/masked" ]
                            filters: [ { name: CircuitBreaker, args: { name: masked, statusCodes: [ 500 ], fallbackUri: "forward:/mixed" } } ]
                          - id: retry
                            uri: lb://rude-and-good
                            predicates: [ "Path=/retry" ]
                            filters: [ { name: Retry, args: { retries: 2, methods: POST } } ]
                        resilience4j.circuitbreaker.configs.default: { sliding-window-size: 4, minimum-number-of-calls: 4 }
                        """
                        .formatted(NOBODY, good.port(), silent.port(), rude.port(), half.port(),
                                garbage.port(),
                                picky.port(), lengthy.port()),
                        "--server.http2.enabled=true",
                        "--headgate.fast-path.enabled=" + fast,
                        "--spring.web.error.include-message=on-param");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        gateway.close();
        for (RawServer server : new RawServer[]{good, silent, rude, half, garbage, picky, lengthy}) {
            server.close();
        }
    }

    @AfterEach
    void nothingIsInFlight() {
        gateway.awaitIdle();
    }

    @Test
    void withoutAMemberItIsUnavailableAndSaysWhenToComeBack() {
        HttpResponse<String> answer = gateway.get("/empty");
        assertProblem(answer, 503, "no-member");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void aRefusedConnectionIsABadGateway() {
        assertProblem(gateway.get("/gone"), 502, "connect-failed");
        assertProblem(gateway.get("/direct"), 502, "connect-failed");
    }

    /** As Boot's own error body has it. */
    @Test
    void whatBootsErrorBodySaysIsThereToo() {
        HttpResponse<String> answer = gateway.get("/gone?message");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).matches(
                """
                        \\{"title":"Bad Gateway","status":502,"reason":"connect-failed","detail":"[^"]+",\
                        "timestamp":"20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z","path":"/gone","error":"Bad Gateway",\
                        "requestId":"[^"]+","message":"no member that could be tried accepted a connection"}
                        """);
    }

    @Test
    void whereOneMemberRefusesAnotherIsTriedAtOnceWhateverTheMethod() {
        for (int i = 0; i < 6; i++) {
            assertThat(gateway.get("/mixed").body()).isEqualTo("good");
            assertThat(gateway.post("/mixed", "").body()).isEqualTo("good");
        }
        Awaitility.await().until(() -> pool("mixed").members().getFirst().count(Outcome.CONNECT_FAILED) > 0);
    }

    @Test
    void aClientThatStopsReadingGivesItsMemberBack() throws Exception {
        Socket narrow = new Socket();
        narrow.setReceiveBufferSize(4096);
        narrow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        double before = stalled();
        try (Wire client = new Wire(narrow)) {
            client.send("GET /lengthy?50000000 HTTP/1.1\r\nHost: h\r\n\r\n");
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> stalled() > before);
            assertThat(client.readAll().length()).isLessThan(50_000_000);
        }
    }

    /** The smaller answer fits in what would still be written: only its end is not taken. */
    @ParameterizedTest
    @ValueSource(ints = {70_000, 1_000_000})
    void soDoesAStreamOfHttp2(int size) throws Exception {
        double before = stalled();
        try (FrameClient client = new FrameClient(gateway.port())) {
            client.stalls = true;
            int stream = client.get("/lengthy?" + size);
            assertThat(client.whole(stream).reset).isNotNegative();
            assertThat(client.whole(stream).size()).isEqualTo(65_535);
            client.stalls = false;
            client.grant(0, 0x3fff_ffff);
            assertThat(client.whole(client.get("/lengthy?10")).body()).as("of the same connection")
                    .hasSize(10);
        }
        if (size == 1_000_000) { // the smaller one was written: to the log, it is served
            Awaitility.await().until(() -> stalled() > before);
        }
    }

    private static double stalled() {
        return gateway.bean(MeterRegistry.class).find("headgate.reasons").tag("reason", "client-stalled")
                .counters().stream().mapToDouble(Counter::count).sum();
    }

    @Test
    void aMemberThatDoesNotAnswerInTimeIsAGatewayTimeout() {
        assertProblem(gateway.get("/silent"), 504, "response-timeout");
        Awaitility.await().until(() -> pool("silent").members().getFirst().count(Outcome.TIMEOUT) > 0);
    }

    @Test
    void aConnectionResetBeforeTheAnswerIsABadGateway() {
        assertProblem(gateway.get("/rude"), 502, "upstream-reset");
    }

    @Test
    void aRequestThatMayBeRepeatedGoesToAnotherMemberAfterAReset() {
        for (int i = 0; i < 6; i++) {
            assertThat(gateway.get("/rude-and-good").body()).isEqualTo("good");
        }
    }

    @Test
    void aPostIsNotRepeatedAfterAReset() {
        int accepted = rude.accepted() + good.accepted();
        int failed = 0;
        for (int i = 0; i < 4; i++) {
            HttpResponse<String> answer = gateway.post("/rude-and-good", "");
            failed += answer.statusCode() == 502 ? 1 : 0;
        }
        assertThat(failed).isEqualTo(2);
        assertThat(rude.accepted() + good.accepted() - accepted).isLessThanOrEqualTo(4);
    }

    @Test
    void theRetryFilterNeverGoesBackToTheMemberThatFailed() {
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.post("/retry", "").body()).isEqualTo("good");
        }
    }

    @Test
    void halfAnAnswerIsNeverTakenForAWholeOne() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            String answer = client.send("GET /half HTTP/1.1\r\nHost: h\r\n\r\n").readAll();
            assertThat(answer).startsWith("HTTP/1.1 200").contains("only this")
                    .containsIgnoringCase("content-length: 1000");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(pool("half").members().getFirst().count(Outcome.RESET))
                        .isPositive());
    }

    @Test
    void anAnswerThatIsNotHttpIsABadGateway() {
        assertProblem(gateway.get("/garbage"), 502, "bad-response");
    }

    @Test
    void aMemberAtItsLimitIsNotPicked() throws Exception {
        try (Wire first = new Wire(gateway.port())) {
            first.send("GET /full HTTP/1.1\r\nHost: h\r\n\r\n");
            Awaitility.await().until(() -> pool("full").members().getFirst().inFlight() == 1);
            assertProblem(gateway.get("/full"), 503, "members-full");
        }
    }

    @Test
    void aClientThatLeavesGivesTheMemberBack() throws Exception {
        try (Socket socket = new Wire(gateway.port()).send("GET /full HTTP/1.1\r\nHost: h\r\n\r\n")
                .socket()) {
            Awaitility.await().until(() -> pool("full").members().getFirst().inFlight() == 1);
            socket.setSoLinger(true, 0);
        }
        Awaitility.await().until(() -> pool("full").members().getFirst().inFlight() == 0);
    }

    @Test
    void theCircuitBreakerFilterOpensOverAPool() {
        Awaitility.await().untilAsserted(() -> assertProblem(gateway.get("/breaker"), 503, "circuit-open"));
        assertThat(gateway.manage("/actuator/circuitbreakers").body()).contains("\"picky\"").contains("OPEN");
    }

    @Test
    void theCircuitBreakersFallbackIsServed() {
        assertThat(gateway.get("/fallback").body()).isEqualTo("good");
    }

    @Test
    void aFallbackDoesNotHideThatTheMemberFailed() {
        Member member = pool("picky").members().getFirst();
        long before = member.count(Outcome.SERVER_ERROR);
        assertThat(gateway.get("/masked").body()).isEqualTo("good");
        Awaitility.await().until(() -> member.count(Outcome.SERVER_ERROR) == before + 1);
    }

    @Test
    void aRequestThatIsForwardedInACircleEnds() {
        assertThat(gateway.get("/forwarded").body()).isEqualTo("good");
        assertProblem(gateway.get("/circle"), 500, "internal-error");
        assertProblem(gateway.get("/fallback-circle"), 500, "internal-error");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String reason) {
        assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    private static Pool pool(String name) {
        return gateway.bean(Pools.class).find(name).orElseThrow();
    }
}
