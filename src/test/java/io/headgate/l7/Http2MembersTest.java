package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that speak HTTP/2, to requests of the fast lane: whatever they do with streams and connections. */
@SuppressWarnings("NullAway.Init")
class Http2MembersTest {

    private static GrpcMember member;
    private static GrpcMember narrow;
    private static RawServer silent;
    private static RawServer old;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new GrpcMember(null);
        narrow = new GrpcMember(null, Http2Settings.defaultSettings().maxConcurrentStreams(2));
        silent = new RawServer(RawServer.SILENT);
        old = new RawServer(RawServer.answering("hello"));
        gateway = TestGateway
                .start("""
                        server.http2.enabled: true
                        headgate.pools:
                          p: { members: [ "127.0.0.1:%d" ], health: { check: none }, protocol: h2c }
                          narrow: { members: [ "127.0.0.1:%d" ], health: { check: none }, protocol: h2c }
                          silent: { members: [ "%s" ], health: { check: none }, protocol: h2c, timeouts: { connect: 500ms } }
                          old: { members: [ "%s" ], health: { check: none }, protocol: h2c }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: narrow, uri: "lb://narrow", predicates: [ "Path=/hold" ] }
                          - { id: silent, uri: "lb://silent", predicates: [ "Path=/silent" ] }
                          - { id: old, uri: "lb://old", predicates: [ "Path=/old" ] }
                          - { id: slow, uri: "lb://p", predicates: [ "Path=/slow/**" ], filters: [ StripPrefix=1, SaveSession ] }
                          - { id: asks, uri: "lb://p", predicates: [ "Path=/asks" ],
                              filters: [ { name: ForwardAuth, args: { pool: p, path: /denied } } ] }
                          - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                        """
                        .formatted(member.port(), narrow.port(), silent.address(), old.address()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        member.close();
        narrow.close();
        silent.close();
        old.close();
    }

    private static Member of(String pool) {
        return gateway.bean(Pools.class).find(pool).orElseThrow().members().getFirst();
    }

    @AfterEach
    void nothingIsInFlight() {
        for (String pool : List.of("p", "narrow", "silent", "old")) {
            await().untilAsserted(() -> assertThat(of(pool).inFlight()).isZero());
        }
    }

    @Test
    void clientsOfHttp1AreServedToo() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST /unary HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTE: trailers\r\n"
                    + "Content-Length: 8\r\n\r\nquestion");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\n8\r\nquestion\r\n0\r\n")
                    .containsIgnoringCase("\r\nx-trailer: t\r\n");
        }
        assertThat(member.heads.getLast())
                .contains(":scheme: http\n", ":authority: 127.0.0.1:" + member.port())
                .doesNotContain("\nte: ", "\nhost: ", "\nconnection: ");
    }

    @Test
    void aStreamThatTheMemberRefusesIsOpenedOnceMoreWithItsBody() throws Exception {
        long failed = of("p").count(Outcome.RESET);
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/refused");
            client.data(call, "question", true);
            assertThat(client.whole(call).head()).startsWith(":status: 200");
            assertThat(client.answer(call).body()).isEqualTo("question");
        }
        assertThat(member.heads).filteredOn(head -> head.contains(":path: /refused")).hasSize(2);
        assertThat(of("p").count(Outcome.RESET)).isEqualTo(failed);
    }

    @Test
    void whatAMemberThatLeavesHasNotSeenGoesOutAgainAndTheRestIsAnswered() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int early = client.post("/stream");
            client.data(early, "question", true);
            while (!client.answer(early).body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            int connections = member.connections.get();
            int late = client.post("/leaves");
            client.data(late, "more", true);
            assertThat(client.whole(late).body()).isEqualTo("more");
            assertThat(member.connections.get()).isEqualTo(connections + 1);
            member.goOn();
            assertThat(client.whole(early).body()).isEqualTo("onetwo");
        }
    }

    @Test
    void moreConnectionsAreMadeWhenAllStreamsAreTaken() throws Exception {
        try (FrameClient client = new FrameClient(gateway.port())) {
            List<Integer> held = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                held.add(client.get("/hold"));
            }
            await().until(() -> {
                client.ping();
                return narrow.heads.size() == 5;
            });
            assertThat(narrow.connections.get()).isEqualTo(3);
            for (int each : held) {
                client.reset(each, 8);
            }
            await().until(() -> {
                client.ping();
                return narrow.resets.size() == 5;
            });
        }
    }

    /** A client of HTTP/1.1 would take the next answer for what is missing of the one before. */
    @ParameterizedTest
    @ValueSource(strings = {"/owes-head", "/owes-data", "/owes-trailers", "/slow/owes-head",
            "/slow/owes-data",
            "/slow/owes-trailers"})
    void anAnswerWithoutTheBodyThatItAnnouncesIsNone(String path) throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\nGET /old HTTP/1.1\r\nHost: h\r\n"
                    + "Connection: close\r\n\r\n");
            String all = client.readAll();
            int body = all.indexOf("\r\n\r\n") + 4;
            if (all.startsWith("HTTP/1.1 502 ")) {
                assertThat(all).contains("\"reason\":\"bad-response\"");
            } else {
                assertThat(all.substring(body)).as("cut off").isEmpty();
            }
        }
        String prefix = path.startsWith("/slow") ? "/slow" : "";
        HttpResponse<String> head = gateway.send(HttpRequest.newBuilder().HEAD(), prefix + "/owes-head");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue("5");
    }

    /** Each upload needs windows several times, and nothing may wait in the gateway's output for a flush. */
    @ParameterizedTest
    @ValueSource(strings = {"/unary", "/slow/unary"})
    void uploadsGetTheirWindows(String path) throws Exception {
        for (int round = 0; round < 25; round++) {
            try (FrameClient client = new FrameClient(gateway.port())) {
                int stream = client.post(path, "content-length", "300000");
                for (int left = 300_000; left > 0;) {
                    int sent = client.upload(stream, left, true);
                    left -= sent;
                    if (sent == 0) {
                        assertThat(client.read()).isTrue();
                    }
                }
                FrameAnswer answer = client.whole(stream);
                assertThat(answer.status()).as("round %d", round).isEqualTo(200);
                assertThat(answer.size()).isEqualTo(300_000);
            }
        }
    }

    /** The same on the way back. */
    @ParameterizedTest
    @ValueSource(strings = {"/big", "/slow/big"})
    void membersGetTheirWindows(String path) throws Exception {
        for (int round = 0; round < 10; round++) {
            try (FrameClient client = new FrameClient(gateway.port())) {
                FrameAnswer answer = client.whole(client.get(path));
                assertThat(answer.size()).as("round %d", round).isEqualTo(4 << 20);
            }
        }
    }

    @Test
    void eachGetsItsOwnAnswer() throws Exception {
        try (FrameClient one = new FrameClient(gateway.port());
                FrameClient two = new FrameClient(gateway.port())) {
            for (int round = 0; round < 5; round++) {
                Map<Integer, String> first = ask(one, "one " + round);
                Map<Integer, String> second = ask(two, "two " + round);
                check(one, first);
                check(two, second);
            }
        }
    }

    private static Map<Integer, String> ask(FrameClient client, String name) throws Exception {
        Map<Integer, String> asked = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            String question = (name + " " + i + " ").repeat(1 + i * 7 % 30);
            int stream = client.post("/unary");
            client.data(stream, question, i % 2 == 0);
            if (i % 2 != 0) {
                client.data(stream, "", true);
            }
            if (i % 10 == 9) {
                client.reset(client.post("/unary"), 8);
            }
            asked.put(stream, question);
        }
        return asked;
    }

    private static void check(FrameClient client, Map<Integer, String> asked) throws Exception {
        for (Map.Entry<Integer, String> each : asked.entrySet()) {
            assertThat(client.whole(each.getKey()).body()).isEqualTo(each.getValue());
        }
    }

    @Test
    void clientsThatDoNotReadHoldUpNoOther() throws Exception {
        List<FrameClient> stalled = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FrameClient client = new FrameClient(gateway.port());
            client.stalls = true;
            stalled.add(client);
            int stream = client.get("/big");
            while (client.answer(stream).size() < 65_535) {
                assertThat(client.read()).isTrue();
            }
        }
        for (int i = 0; i < 8; i++) {
            try (FrameClient client = new FrameClient(gateway.port())) {
                FrameAnswer answer = client.whole(client.get("/big"));
                assertThat(answer.size()).isEqualTo(4 << 20);
                assertThat(answer.trailers).contains("grpc-status: 0", "x-trailer: t");
            }
        }
        for (FrameClient client : stalled) {
            client.close();
        }
    }

    @Test
    void aMemberThatSaysNothingIsTooLateAndOneOfHttp1IsNoneOfHttp2() {
        assertThat(gateway.get("/silent").body()).contains("\"reason\":\"connect-timeout\"");
        assertThat(gateway.get("/old").body()).contains("\"reason\":\"connect-failed\"");
    }

    @Test
    void aRefusalThatIsTooLargeHasNoBody() {
        HttpResponse<String> refused = gateway.get("/asks");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).isEmpty();
    }
}
