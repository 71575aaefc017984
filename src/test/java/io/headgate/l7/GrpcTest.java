package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of gRPC to a pool whose members speak HTTP/2 alone, in clear and through TLS. A session makes a route
 * slow.
 */
@ParameterizedClass
@ValueSource(strings = {"h2c", "auto", "h2 slow"})
@SuppressWarnings("NullAway.Init")
class GrpcTest {

    private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};

    private static final String[] HURRIED = {"content-type", "application/grpc", "te", "trailers",
            "grpc-timeout", "300m"};

    @TempDir
    static Path folder;

    @Parameter
    String way;

    private static GrpcMember member;
    private static TestGateway gateway;

    @BeforeParameterizedClassInvocation
    static void start(String way) throws Exception {
        String protocol = way.replace(" slow", "");
        boolean secure = !protocol.equals("h2c");
        member = new GrpcMember(secure ? tls() : null);
        gateway = TestGateway
                .start("""
                        server.http2.enabled: true
                        headgate.pools:
                          p:
                            members: [ "127.0.0.1:%1$d" ]
                            health: { check: none }
                            max-connections: 3
                            protocol: %2$s
                            tls: { enabled: %3$s, verify: false }
                          hurried:
                            members: [ "127.0.0.1:%1$d" ]
                            health: { check: none }
                            protocol: %2$s
                            tls: { enabled: %3$s, verify: false }
                            timeouts: { send: 1s }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: hurried, uri: "lb://hurried", predicates: [ "Path=/stuck" ], filters: [ %4$s ] }
                          - id: named
                            uri: "lb://p"
                            predicates: [ "Grpc=shop.Orders/Get, shop.Stock" ]
                            filters: [ "AddResponseHeader=x-named, n"%5$s ]
                          - id: moody
                            uri: "lb://p"
                            predicates: [ "Path=/moody" ]
                            filters: [ { name: Retry, args: { retries: 1, methods: POST, retryOn: [ unavailable ] } }%5$s ]
                          - id: all
                            uri: "lb://p"
                            predicates: [ "Path=/**" ]
                            filters: [ "AddRequestHeader=x-route, r", "AddResponseHeader=x-answer, a"%5$s ]
                        """
                        .formatted(member.port(), protocol, secure, way.endsWith("slow") ? "SaveSession" : "",
                                way.endsWith("slow") ? ", SaveSession" : ""));
    }

    private static SslContext tls() throws Exception {
        TestKeys keys = TestKeys.make();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys.store(folder))) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "secret".toCharArray());
        return SslContextBuilder.forServer(factory).sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                        SelectorFailureBehavior.FATAL_ALERT, SelectedListenerFailureBehavior.FATAL_ALERT,
                        "h2"))
                .build();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        member.close();
    }

    @AfterEach
    void nothingIsInFlight() {
        await().untilAsserted(() -> assertThat(toMember().inFlight()).isZero());
    }

    private static Pool pool() {
        return gateway.bean(Pools.class).find("p").orElseThrow();
    }

    private static Member toMember() {
        return pool().members().getFirst();
    }

    @Test
    void oneMessageEachWayWithTrailers() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/unary", CALL);
            client.data(call, "question", true);
            FrameAnswer answer = client.whole(call);
            assertThat(answer.head()).startsWith(":status: 200").contains("x-head: 1", "x-answer: a");
            assertThat(answer.body()).isEqualTo("question");
            assertThat(answer.trailers).contains("grpc-status: 0", "grpc-status-details-bin: AAI=",
                    "x-trailer: t");
            assertThat(member.heads.getLast()).contains("te: trailers", "x-route: r", ":method: POST");
            await().until(() -> toMember().count(Outcome.OK) > 0);
        }
    }

    @Test
    void anErrorThatIsNothingButAHeadStaysOneWithAllThatItSays() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/fail", CALL);
            client.data(call, "question", true);
            FrameAnswer answer = client.whole(call);
            assertThat(answer.head()).contains("grpc-status: 5", "grpc-message: no such order",
                    "grpc-status-details-bin: AAE=", "x-quota: 3");
            assertThat(answer.trailers).isEmpty();
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void aStreamOfAnswersComesMessageByMessage() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/stream", CALL);
            client.data(call, "question", true);
            while (!client.answer(call).body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            member.goOn();
            FrameAnswer answer = client.whole(call);
            assertThat(answer.body()).isEqualTo("onetwo");
            assertThat(answer.trailers).contains("grpc-status: 0");
        }
    }

    @Test
    void aStreamOfQuestionsIsOneCall() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/unary", CALL);
            client.data(call, "a", false);
            client.data(call, "b", false);
            client.data(call, "c", true);
            assertThat(client.whole(call).body()).isEqualTo("abc");
        }
    }

    @Test
    void bothSidesTalkInTurns() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/chat", CALL);
            StringBuilder expected = new StringBuilder();
            for (String part : List.of("a", "b", "c")) {
                client.data(call, part, false);
                expected.append('<').append(part).append('>');
                while (!client.answer(call).body().contentEquals(expected)) {
                    assertThat(client.read()).isTrue();
                }
            }
            client.data(call, "", true);
            assertThat(client.whole(call).trailers).contains("grpc-status: 0");
        }
    }

    /** More than a window, with pauses in which the member answers: nobody may wait for the stream's end. */
    @Test
    void bothSidesTalkInTurnsOfManyBytes() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/chat", CALL);
            int sent = 0;
            for (int length : new int[]{31_415, 9, 2_653, 58_979, 100_000}) {
                for (int left = length; left > 0;) {
                    int part = Math.min(Math.min(left, 16_384), client.window(call));
                    if (part > 0) {
                        client.data(call, "x".repeat(part), false);
                        left -= part;
                    } else {
                        assertThat(client.read()).isTrue();
                    }
                }
                sent += length;
                while (client.answer(call).body().chars().filter(each -> each == 'x').count() < sent) {
                    assertThat(client.read()).as("after %d bytes", sent).isTrue();
                }
            }
            client.data(call, "", true);
            assertThat(client.whole(call).trailers).contains("grpc-status: 0");
        }
    }

    @Test
    void aClientThatGivesUpEndsTheCallAtTheMember() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int heard = member.heads.size();
            int before = member.resets.size();
            int call = client.post("/hold", CALL);
            client.data(call, "question", true);
            await().until(() -> member.heads.size() > heard);
            client.reset(call, 8);
            await().until(() -> member.resets.size() > before);
        }
    }

    @Test
    void maxConnectionsCountsCalls() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            List<Integer> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(client.post("/hold", CALL));
            }
            await().until(() -> {
                client.ping();
                return toMember().inFlight() == 3;
            });
            int refused = client.get("/unary");
            assertThat(client.whole(refused).head()).startsWith(":status: 503");
            for (int call : held) {
                client.reset(call, 8);
            }
            await().until(() -> {
                client.ping();
                return toMember().inFlight() == 0;
            });
        }
    }

    @Test
    void aResetByTheMemberIsUnavailableAndItsConnectionGoesOn() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/reset", CALL);
            client.data(call, "question", true);
            assertThat(client.whole(call).head()).startsWith(":status: 200")
                    .contains("content-type: application/grpc", "grpc-status: 14",
                            "grpc-message: upstream-reset: ")
                    .doesNotContain("content-length: 1");
            assertThat(client.answer(call).body()).isEmpty();
            int next = client.post("/unary", CALL);
            client.data(next, "more", true);
            assertThat(client.whole(next).body()).isEqualTo("more");
        }
    }

    @Test
    void headsAndTrailersThatAreTooLongEndTheirOwnCallOnly() throws Exception {
        int length = way.endsWith("slow") ? 72_000 : 400_000; // there, a connection ends with more than 80 KB
        try (FrameClient client = new FrameClient(gateway.port())) {
            int other = client.post("/stream", CALL);
            client.data(other, "question", true);
            while (!client.answer(other).body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            int connections = member.connections.get();
            int allowed = client.get("/head/15000", CALL);
            assertThat(client.whole(allowed).head()).contains("x-long-9: lll");
            int call = client.get("/head/" + length, CALL);
            assertThat(client.whole(call).head()).startsWith(":status: 200").contains("grpc-status: 14",
                    "grpc-message: bad-response: ");
            int trailers = client.get("/trailers/" + length, CALL);
            assertThat(client.whole(trailers).trailers).doesNotContain("x-long-9");
            member.goOn();
            assertThat(client.whole(other).body()).isEqualTo("onetwo");
            assertThat(client.answer(other).trailers).contains("grpc-status: 0");
            assertThat(member.connections.get()).isEqualTo(connections);
        }
    }

    @Test
    void callsAreCountedByMethodAndStatus() throws Exception {
        Assumptions.assumeFalse(way.endsWith("slow"), "there, statuses of calls are not read");
        try (FrameClient client = new FrameClient(gateway.port())) {
            for (String path : List.of("/shop.Carts/Put", "/fail", "/reset", "/unheard-of")) {
                int call = client.post(path, path.equals("/unheard-of") ? HURRIED : CALL);
                client.data(call, "question", true);
                client.whole(call);
            }
            client.whole(client.get("/shop.Carts/Plain")); // no call, whatever its member answers
            int made = client.post("/shop.Carts/Put?made=up", CALL);
            client.data(made, "question", true);
            client.whole(made);
        }
        await().untilAsserted(() -> assertThat(gateway.manage("/actuator/prometheus").body()).contains(
                "headgate_grpc_calls_total{method=\"other\",status=\"0\"}",
                "headgate_grpc_calls_total{method=\"shop.Carts/Put\",status=\"0\"} 1.0",
                "headgate_grpc_calls_total{method=\"other\",status=\"5\"}",
                "headgate_grpc_calls_total{method=\"other\",status=\"14\"}",
                "headgate_grpc_calls_total{method=\"other\",status=\"4\"}")
                .doesNotContain("unheard-of", "method=\"fail\"", "Plain", "made=up"));
    }

    @Test
    void aCallThatIsUnavailableIsRepeatedWhereItsRouteSaysSo() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int heard = member.heads.size();
            int call = client.post("/moody", "content-type", "application/grpc", "te", "trailers",
                    "content-length", "8"); // without, the slow lane does not keep what it would send again
            client.data(call, "question", true);
            FrameAnswer answer = client.whole(call);
            assertThat(member.heads).hasSize(heard + 2);
            assertThat(answer.body()).as(answer.head()).isEqualTo("question");
            assertThat(answer.trailers).contains("grpc-status: 0");
        }
    }

    @ParameterizedTest
    @CsvSource({"/shop.Orders/Get, application/grpc+proto, true", "/shop.Stock/Any, application/grpc, true",
            "/shop.Orders/Put, application/grpc, false", "/shop.Orders/Get, application/json, false",
            "/shop.Orders/Get, application/grpc-web, false", "/shop.Stock, application/grpc, false"})
    void aRouteTakesTheMethodsThatItNames(String path, String type, boolean taken) throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post(path, "content-type", type, "te", "trailers");
            client.data(call, "question", true);
            assertThat(client.whole(call).head().contains("x-named: n")).isEqualTo(taken);
            assertThat(client.answer(call).body()).isEqualTo("question");
        }
    }

    @Test
    void anUploadThatTheMemberDoesNotTakeHasAnEnd() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/stuck", CALL);
            FrameAnswer answer = client.answer(call);
            while (!answer.ended && answer.reset < 0) {
                client.upload(call, 200_000, false);
                assertThat(client.read()).isTrue();
            }
            assertThat(answer.head()).startsWith(":status: 200").contains("grpc-status: 4",
                    "grpc-message: send-timeout: ");
        }
    }

    @Test
    void aConnectionThatTheMemberHasEndedIsReplaced() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            for (int i = 0; i < 5; i++) {
                member.drop();
                int call = client.get("/unary");
                assertThat(client.whole(call).head()).startsWith(":status: 200");
            }
        }
    }

    @Test
    void whatIsOpenOnAMemberInMaintenanceEnds() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int heard = member.heads.size();
            int before = member.resets.size();
            int call = client.post("/hold", CALL);
            client.data(call, "question", true);
            await().until(() -> member.heads.size() > heard);
            pool().operate(toMember(), new Operator(Intent.MAINTENANCE, null, null, null));
            try {
                assertThat(client.whole(call).head()).startsWith(":status: 200").contains("grpc-status: 14",
                        "grpc-message: maintenance: ");
                await().until(() -> member.resets.size() > before);
            } finally {
                pool().operate(toMember(), Operator.SILENT);
            }
        }
    }

    @Test
    void theTimeOfACallIsItsClientsToSet() throws Exception {
        Assumptions.assumeFalse(way.endsWith("slow"), "there, only the client and the member keep to it");
        try (FrameClient client = new FrameClient(gateway.port())) {
            int before = member.resets.size();
            int call = client.post("/hold", HURRIED);
            client.data(call, "question", true);
            assertThat(client.whole(call).head()).contains("grpc-status: 4",
                    "grpc-message: response-timeout: ");
            await().until(() -> member.resets.size() > before);
        }
    }

    @Test
    void aCallThatTheMemberEndsInTheMiddleEndsWithAStatus() throws Exception {
        Assumptions.assumeFalse(way.endsWith("slow"), "there, the stream is reset");
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/stream", CALL);
            client.data(call, "question", true);
            while (!client.answer(call).body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            member.drop();
            FrameAnswer answer = client.whole(call);
            assertThat(answer.reset).isEqualTo(-1);
            assertThat(answer.trailers).contains("grpc-status: 14", "grpc-message: upstream-reset: ");
        }
    }

    @Test
    void theLaneIsThatOfTheRoutesFilters() {
        assertThat(gateway.manage("/actuator/lanes").body())
                .contains(way.endsWith("slow") ? "\"slow\"" : "\"fast\"")
                .doesNotContain(way.endsWith("slow") ? "\"fast\"" : "\"slow\"");
    }
}
