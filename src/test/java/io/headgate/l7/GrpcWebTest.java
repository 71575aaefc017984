package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Ports;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of gRPC-Web, by HTTP/1.1 and HTTP/2, to a member that speaks gRPC. */
@SuppressWarnings("NullAway.Init")
class GrpcWebTest {

    private static final String BINARY = "application/grpc-web+proto";
    private static final String TEXT = "application/grpc-web-text+proto";

    private static GrpcMember member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new GrpcMember(null);
        gateway = TestGateway
                .start("""
                        server.http2.enabled: true
                        headgate:
                          pools:
                            p: { members: [ "127.0.0.1:%d" ], protocol: h2c, health: { check: none } }
                            closed: { members: [ "127.0.0.1:%d" ], protocol: h2c, health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: closed, uri: "lb://closed", predicates: [ "Path=/closed" ], filters: [ GrpcWeb ] }
                          - { id: denied, uri: "lb://p", predicates: [ "Path=/kept-out" ], filters: [ "IpAllow=10.0.0.0/8", GrpcWeb ] }
                          - { id: slow, uri: "lb://p", predicates: [ "Path=/slow" ], filters: [ GrpcWeb, SaveSession ] }
                          - { id: plain, uri: "lb://p", predicates: [ "Path=/trailers/10" ] }
                          - id: web
                            uri: "lb://p"
                            predicates: [ "Path=/**" ]
                            filters: [ GrpcWeb ]
                            metadata.cors:
                              allowedOrigins: [ "https://shop.example" ]
                              allowedMethods: [ POST ]
                              allowedHeaders: [ content-type, x-grpc-web, grpc-timeout ]
                        """
                        .formatted(member.port(), Ports.free()));
    }

    @AfterAll
    static void stop() {
        gateway.awaitIdle();
        gateway.close();
        member.close();
    }

    /** What a client of gRPC-Web gets: messages as they were sent, then trailers. */
    private record Got(int status, String head, String messages, String trailers) {

        static Got of(int status, String head, byte[] body) {
            String all = new String(body, StandardCharsets.ISO_8859_1);
            int end = all.indexOf(0x80);
            if (end < 0) {
                return new Got(status, head, all, "");
            }
            int length = ((body[end + 3] & 0xff) << 8) | (body[end + 4] & 0xff);
            assertThat(all.length()).as("behind the trailers").isEqualTo(end + 5 + length);
            return new Got(status, head, all.substring(0, end), all.substring(end + 5));
        }
    }

    private static Got call(boolean http2, String path, String type, String... parts) throws IOException {
        if (http2) {
            try (FrameClient client = new FrameClient(gateway.port())) {
                int stream = client.post(path, "content-type", type, "x-grpc-web", "1");
                for (int i = 0; i < parts.length; i++) {
                    client.data(stream, parts[i], i == parts.length - 1);
                }
                FrameAnswer answer = client.whole(stream);
                assertThat(answer.trailers).isEmpty();
                return Got.of(answer.status(), answer.head(), bytes(answer.head(), answer.body()));
            }
        }
        try (Wire client = new Wire(gateway.port())) {
            client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nX-Grpc-Web: 1\r\nContent-Type: " + type
                    + "\r\nContent-Length: " + String.join("", parts).length() + "\r\n\r\n");
            for (String part : parts) {
                client.send(part);
            }
            String head = client.head().toLowerCase(java.util.Locale.ROOT);
            return Got.of(Integer.parseInt(head.substring(9, 12)), head.replace("\r\n", "\n") + "\n",
                    bytes(head, client.body(head)));
        }
    }

    private static byte[] bytes(String head, String body) {
        if (!head.contains("-text")) {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }
        // each part that was encoded on its own ends with its padding
        List<Byte> all = new ArrayList<>();
        Matcher parts = Pattern
                .compile("(?:[A-Za-z0-9+/]{4})*?(?:[A-Za-z0-9+/]{4}$|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)")
                .matcher(body);
        while (parts.find()) {
            for (byte each : Base64.getDecoder().decode(parts.group())) {
                all.add(each);
            }
        }
        byte[] bytes = new byte[all.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = all.get(i);
        }
        return bytes;
    }

    private static String text(String plain) {
        return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void trailersAreTheLastFrameOfTheBody(boolean http2) throws IOException {
        Got got = call(http2, "/unary", BINARY, "question");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.head()).contains("content-type: application/grpc-web\n", "x-head: 1\n")
                .doesNotContain("grpc-status");
        assertThat(got.messages()).isEqualTo("question");
        assertThat(got.trailers()).isEqualTo("grpc-status: 0\r\ngrpc-message: \r\n"
                + "grpc-status-details-bin: AAI=\r\nx-trailer: t\r\n");
        assertThat(member.heads.getLast()).contains("content-type: application/grpc+proto\n",
                "te: trailers\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void textIsInBase64InBothDirections(boolean http2) throws IOException {
        String first = text("quest"); // with padding in the middle
        String rest = text("ion, and more");
        Got got = call(http2, "/unary", TEXT, first.substring(0, 3),
                first.substring(3) + rest.substring(0, 6),
                rest.substring(6));
        assertThat(got.head()).contains("content-type: application/grpc-web-text\n");
        assertThat(got.messages()).isEqualTo("question, and more");
        assertThat(got.trailers()).startsWith("grpc-status: 0\r\n");
        assertThat(call(http2, "/unary", TEXT, "????").status()).isIn(200, 400);
        Got cut = call(http2, "/unary", TEXT, "cXVl" + "c3");
        assertThat(cut.trailers()).startsWith("grpc-status: 13\r\ngrpc-message: bad-request: ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatIsNothingButAHeadHasItsStatusInTheBodyToo(boolean http2) throws IOException {
        for (String type : List.of(BINARY, TEXT)) {
            Got got = call(http2, "/fail", type, "");
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.head()).contains("x-quota: 3\n").doesNotContain("grpc-status");
            assertThat(got.trailers()).isEqualTo("grpc-status: 5\r\ngrpc-message: no such order\r\n"
                    + "grpc-status-details-bin: AAE=\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusalsAreAnswersOfGrpcWeb(boolean http2) throws IOException {
        for (String type : List.of(BINARY, TEXT)) {
            assertThat(call(http2, "/closed", type, "").trailers())
                    .startsWith("grpc-status: 14\r\ngrpc-message: connect-failed: ");
            assertThat(call(http2, "/kept-out", type, "").trailers())
                    .startsWith("grpc-status: 7\r\ngrpc-message: denied: ");
            assertThat(call(http2, "/reset", type, "").trailers())
                    .startsWith("grpc-status: 14\r\ngrpc-message: upstream-reset: ");
            Got slow = call(http2, "/slow", type, "");
            assertThat(slow.status()).isEqualTo(501);
        }
    }

    @Test
    void aStreamOfAnswersComesMessageByMessage() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/stream", "content-type", BINARY);
            client.data(call, "question", true);
            while (!client.answer(call).body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            member.goOn();
            FrameAnswer answer = client.whole(call);
            assertThat(answer.body()).startsWith("onetwo\u0080").contains("grpc-status: 0\r\n");
        }
    }

    @Test
    void whatIsNoCallOfGrpcWebPassesAsItIs() throws IOException {
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/unary", "content-type", "application/grpc", "te", "trailers");
            client.data(call, "question", true);
            assertThat(client.whole(call).body()).isEqualTo("question");
            assertThat(client.answer(call).trailers).contains("grpc-status: 0");
        }
        assertThat(call(true, "/denied", BINARY, "").status()).isEqualTo(403);
        try (FrameClient client = new FrameClient(gateway.port())) {
            int call = client.post("/trailers/10", "content-type", BINARY);
            client.data(call, "", true);
            assertThat(client.whole(call).trailers).contains("grpc-status: 0");
        }
        assertThat(member.heads.getLast()).contains("content-type: " + BINARY + "\n");
    }

    @Test
    void pagesOfOtherOriginsMayCallIfTheRouteSaysSo() throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            client.send("OPTIONS /unary HTTP/1.1\r\nHost: h\r\nOrigin: https://shop.example\r\n"
                    + "Access-Control-Request-Method: POST\r\n"
                    + "Access-Control-Request-Headers: content-type,x-grpc-web\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("Access-Control-Allow-Origin: https://shop.example\r\n")
                    .containsIgnoringCase("Access-Control-Allow-Headers: content-type, x-grpc-web\r\n");
            client.send("POST /fail HTTP/1.1\r\nHost: h\r\nOrigin: https://shop.example\r\nContent-Type: "
                    + BINARY + "\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.message())
                    .containsIgnoringCase("Access-Control-Allow-Origin: https://shop.example\r\n")
                    .contains("grpc-status: 5");
        }
    }
}
