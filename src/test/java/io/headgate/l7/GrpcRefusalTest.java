package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Refusals of calls of gRPC, whoever refuses: the port, the fast lane, or the slow one, where sessions are.
 */
@SuppressWarnings("NullAway.Init")
class GrpcRefusalTest {

    private static final String[] CALL = {"content-type", "application/grpc+proto", "te", "trailers"};

    private static final int LARGEST = 1000;

    private static RawServer silent;
    private static RawServer gone;
    private static RawServer odd;
    private static RawServer talking;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        silent = new RawServer(RawServer.SILENT);
        gone = new RawServer(socket -> RawServer.readHead(socket));
        odd = new RawServer(RawServer.saying("BOO\r\n\r\n"));
        talking = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
            RawServer.swallow(socket);
        });
        StringBuilder routes = new StringBuilder();
        for (String lane : List.of("fast", "slow")) {
            String session = lane.equals("slow") ? ", SaveSession" : "";
            for (String pool : List.of("silent", "gone", "odd", "closed", "away", "full", "talking")) {
                routes.append(
                        """
                                  - { id: %1$s-%2$s, uri: "lb://%2$s", predicates: [ "Path=/%1$s/%2$s" ], filters: [ "AddRequestHeader=x, y"%3$s ] }
                                """
                                .formatted(lane, pool, session));
            }
            List<String> filters = List.of("too-many-requests RateLimit=1/d", "fault-injected Fault=100,503",
                    "denied IpAllow=10.0.0.0/8",
                    "unauthenticated {name: BasicAuth, args: {users: 'a:"
                            + new BCryptPasswordEncoder(4).encode("secret") + "'}}",
                    "filter-refused {name: Respond, args: {status: 403}}");
            for (String each : filters) {
                String[] named = each.split(" ", 2);
                routes.append(
                        """
                                  - { id: %1$s-%2$s, uri: "lb://talking", predicates: [ "Path=/%1$s/%2$s" ], filters: [ %3$s%4$s ] }
                                """
                                .formatted(lane, named[0],
                                        named[1].startsWith("{") ? named[1] : '"' + named[1] + '"', session));
            }
        }
        gateway = TestGateway.start("""
                server.http2.enabled: true
                headgate:
                  faults.enabled: true
                  client: { max-body-size: %dB, body-timeout: 700ms }
                  pools:
                    silent: { members: [ "%s" ], health: { check: none }, timeouts: { response: 300ms } }
                    gone: { members: [ "%s" ], health: { check: none } }
                    odd: { members: [ "%s" ], health: { check: none } }
                    closed: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                    away: { members: [ "%s" ], health: { check: none } }
                    full: { members: [ "%s" ], health: { check: none }, max-connections: 1 }
                    talking: { members: [ "%s" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                %s
                """.formatted(LARGEST, silent.address(), gone.address(), odd.address(), Ports.free(),
                talking.address(), talking.address(), talking.address(), routes));
        gateway.bean(Pools.class).find("away").orElseThrow().operate(member("away"),
                new Operator(Intent.MAINTENANCE, null, null, null));
    }

    private static Member member(String pool) {
        return gateway.bean(Pools.class).find(pool).orElseThrow().members().getFirst();
    }

    @AfterAll
    static void stop() {
        gateway.awaitIdle();
        gateway.close();
        List.of(silent, gone, odd, talking).forEach(RawServer::close);
    }

    static Stream<Arguments> lanes() {
        return Stream.of("silent response-timeout 4", "gone upstream-reset 14", "odd bad-response 14",
                "closed connect-failed 14", "away no-member 14", "nowhere no-route 5",
                "fault-injected fault-injected 14", "denied denied 7", "filter-refused filter-refused 7",
                "unauthenticated unauthenticated 16")
                .flatMap(each -> Stream.of("fast", "slow").map(lane -> Arguments.of(lane, each)));
    }

    @ParameterizedTest
    @MethodSource
    void lanes(String lane, String expected) throws IOException {
        String[] parts = expected.split(" ", -1);
        refused("/" + lane + "/" + parts[0], parts[1], parts[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "slow"})
    void aCallBeyondALimitOfItsRoute(String lane) throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int first = client.post("/" + lane + "/too-many-requests", CALL);
            while (client.answer(first).body().isEmpty()) {
                assertThat(client.read()).isTrue();
            }
            refused("/" + lane + "/too-many-requests", "too-many-requests", "8");
            client.reset(first, 8);
            int held = client.post("/" + lane + "/full", CALL);
            while (client.answer(held).body().isEmpty()) {
                assertThat(client.read()).isTrue();
            }
            refused("/" + lane + "/full", "members-full", "14");
            client.reset(held, 8);
        }
        await().until(() -> member("full").inFlight() == 0);
    }

    private static void refused(String path, String reason, String status) throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post(path, CALL);
            client.data(call, "question", true);
            refused(client.whole(call), reason, status);
        }
    }

    private static void refused(FrameAnswer answer, String reason, String status) {
        assertThat(answer.head()).as(reason).startsWith(":status: 200\n").contains(
                "content-type: application/grpc\n", "grpc-status: " + status + "\n",
                "grpc-message: " + reason + ": ");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.ended).isTrue();
    }

    // The port

    @Test
    void aBodyThatIsTooLargeOrTooLate() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int announced = client.post("/fast/silent", "content-type", "application/grpc", "content-length",
                    String.valueOf(LARGEST + 1));
            refused(client.whole(announced), "body-too-large", "8");
            int sent = client.post("/fast/silent", CALL);
            client.data(sent, "x".repeat(LARGEST + 1), false);
            refused(client.whole(sent), "body-too-large", "8");
            int late = client.post("/slow/silent", CALL);
            refused(client.whole(late), "body-timeout", "1");
            assertThat(client.alive()).isTrue();
        }
    }

    @Test
    void anAnswerThatHasBegunEndsWithTheReason() throws IOException {
        for (String lane : List.of("fast", "slow")) {
            try (FrameClient client = new FrameClient(gateway.port())) {
                int call = client.post("/" + lane + "/talking", CALL);
                while (client.answer(call).body().isEmpty()) {
                    assertThat(client.read()).isTrue();
                }
                client.data(call, "x".repeat(LARGEST + 1), false);
                FrameAnswer answer = client.whole(call);
                assertThat(answer.trailers).as(lane).contains("grpc-status: 8\n",
                        "grpc-message: body-too-large: ");
                assertThat(answer.body()).isEqualTo("one");
                assertThat(client.alive()).isTrue();
            }
        }
    }

    @Test
    void aHeadThatBreaksARule() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int dots = client.post("/a/../b", CALL);
            client.data(dots, "", true);
            refused(client.whole(dots), "bad-request", "13");
            int escape = client.post("/a%00", CALL);
            client.data(escape, "", true);
            refused(client.whole(escape), "bad-request", "13");
            assertThat(client.answer(escape).head())
                    .contains("grpc-message: bad-request: the target has %2500 at");
        }
    }

    @Test
    void aHeadThatIsTooLarge() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int large = client.post("/fast/silent", "content-type", "application/grpc", "x",
                    "x".repeat(40_000));
            refused(client.whole(large), "headers-too-large", "8");
            String[] fields = Stream
                    .concat(Arrays.stream(CALL),
                            Stream.iterate(0, i -> i + 1).limit(250).flatMap(i -> Stream.of("x-" + i, "x")))
                    .toArray(String[]::new);
            int many = client.post("/fast/silent", fields);
            refused(client.whole(many), "headers-too-large", "8");
        }
    }

    /**
     * Whatever may yet come to be a reason: each has a status that says something, and a message in ASCII.
     */
    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonHasAStatusOfGrpc(Reason reason) {
        if (reason.where().isLayer7()) {
            assertThat(Grpc.status(reason, reason.status())).isBetween(1, 16).isNotEqualTo(2);
            assertThat(Grpc.message(reason)).matches(reason.code() + ": [ -$&-~]+");
        }
    }
}
