package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 streams on the fast lane. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2Test extends Http2Fixture {

    @Test
    void aRequestReachesTheMemberAsOneOfHttp1Does() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            FrameAnswer answer = client.whole(client.open(true, ":method", "GET", ":scheme", "http", ":path",
                    "/a/b?c=d", ":authority", "shop.example:8080", "te", "trailers", "cookie", "a=1",
                    "x-forwarded-for", "6.6.6.6", "forwarded", "for=6.6.6.6", "cookie", "b=2", "x-keep",
                    "yes", "x-http2-path", "/evil", "x-http2-stream-id", "7", "x-http2-scheme", "evil"));

            assertThat(answer.head()).isEqualTo(":status: 200\ncontent-length: 2\nx-from: member\n");
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(member.seen.getFirst().lines()).containsExactlyInAnyOrder("GET /a/b?c=d HTTP/1.1",
                    "host: 127.0.0.1:" + member.port(), "x-keep: yes", "cookie: a=1; b=2",
                    "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http",
                    "X-Forwarded-Host: shop.example:8080", "X-Forwarded-Port: 8080",
                    "Forwarded: for=127.0.0.1;host=\"shop.example:8080\";proto=http", "");
            ServedRequest told = told();
            assertThat(told.lane()).isEqualTo(Lane.FAST);
            assertThat(told.target()).isEqualTo("/a/b?c=d");
            assertThat(told.bytesOut()).isEqualTo(2);
            assertThat(told.reason()).isNull();
        }
    }

    @Test
    void bodiesAreFramedAnew() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                + "\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\r\n"
                + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
                FrameClient client = client(member.port())) {
            int counted = client.post("/l", "content-length", "5");
            client.data(counted, "hello", true);
            assertThat(client.whole(counted).head()).isEqualTo(":status: 200\n");
            assertThat(client.answer(counted).body()).isEqualTo("abcde");
            assertThat(client.answer(counted).trailers).isEqualTo("x-sum: 5\n");
            assertThat(member.seen.getFirst()).containsIgnoringCase("content-length: 5")
                    .doesNotContainIgnoringCase("transfer-encoding").endsWith("\r\n\r\nhello");

            int chunked = client.post("/c");
            client.data(chunked, "he", false);
            client.data(chunked, "llo", false);
            client.headers(chunked, true, "x-trailer", "no");
            assertThat(client.whole(chunked).body()).isEqualTo("abcde");
            assertThat(member.seen.get(1)).containsOnlyOnce("ransfer-").doesNotContain("railer")
                    .doesNotContainIgnoringCase("content-length").endsWith("\r\n\r\nhello");

            assertThat(client.whole(client.open(true, FrameClient.request("POST", "/none"))).body())
                    .isEqualTo("abcde");
            assertThat(member.seen.get(2)).containsIgnoringCase("content-length: 0")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(member.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 204 No Content, ''", "GET, 304 Not Modified, ''",
            "HEAD, 200 OK, Content-Length: 12345"})
    void answersWithoutABodyEndWithTheirHead(String method, String status, String header)
            throws IOException {
        String line = header.isEmpty() ? "" : header + "\r\n";
        try (ScriptedMember member = ScriptedMember.answering("HTTP/1.1 " + status + "\r\n" + line + "\r\n");
                FrameClient client = client(member.port())) {
            for (int i = 0; i < 2; i++) {
                FrameAnswer answer = client.whole(client.open(true, FrameClient.request(method, "/")));
                assertThat(answer.head())
                        .startsWith(":status: " + status.substring(0, 3)).containsIgnoringCase(header);
                assertThat(answer.size()).isZero();
                assertThat(answer.reset).isEqualTo(-1);
            }
            assertThat(member.connections).hasValue(1);
        }
    }

    @Test
    void neither100Nor103IsTheAnswer() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.send("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n");
            seen.add(wire.exactly(4));
            wire.send("HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\nContent-Length: 5\r\n\r\n" + OK);
            wire.head();
        }); FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", "4", "expect", "100-continue");
            while (client.answer(stream).heads.isEmpty()) {
                assertThat(client.read()).isTrue();
            }
            client.data(stream, "body", true);
            assertThat(client.whole(stream).heads).containsExactly(":status: 100\n",
                    ":status: 103\nlink: </s.css>\n",
                    ":status: 200\ncontent-length: 2\nx-from: member\n");
            assertThat(member.seen.get(1)).isEqualTo("body");
        }
    }

    @Test
    void manyStreamsOfBothLanesAreAnsweredEachOnce() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            for (String request = wire.message(); !request.isBlank(); request = wire.message()) {
                String body = request.lines().findFirst().orElseThrow() + " "
                        + request.substring(request.indexOf("\r\n\r\n") + 4).length();
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        }); FrameClient client = client(member.port())) {
            for (int round = 0; round < 20; round++) {
                List<Integer> streams = new ArrayList<>();
                for (int i = 0; i < 90; i++) {
                    String path = (i % 3 == 0 ? "/slow/" : "/") + i;
                    int stream = i % 2 == 0 ? client.get(path) : client.post(path);
                    streams.add(stream);
                }
                for (int i = 89; i >= 0; i--) {
                    if (i % 2 == 1) {
                        client.data(streams.get(i), "b".repeat(i), false);
                        client.data(streams.get(i), "b", true);
                    }
                }
                for (int i = 0; i < 90; i++) {
                    FrameAnswer answer = client.whole(streams.get(i));
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo(i % 3 == 0
                            ? "slow /slow/" + i + " " + (i % 2 == 0 ? "" : "b".repeat(i + 1))
                            : (i % 2 == 0 ? "GET" : "POST") + " /" + i + " HTTP/1.1 "
                                    + (i % 2 == 0 ? 0 : i + 1));
                }
            }
            assertThat(gateway.served).hasSize(20 * 60).allMatch(each -> each.lane() == Lane.FAST);
        }
    }

    @Test
    void aCallOfGrpcIsRefusedByAStatusOfItsOwn() throws IOException {
        try (FrameClient client = client()) {
            for (String type : new String[]{"application/grpc", "application/grpc+proto"}) {
                int stream = client.post("/x", "content-type", type, "te", "trailers");
                client.data(stream, "x", true);
                assertThat(client.whole(stream).head()).startsWith(":status: 200").contains("grpc-status: 14",
                        "grpc-message: no-member: ");
            }
            int stream = client.post("/x", "content-type", "application/grpc-web");
            client.data(stream, "x", true);
            assertThat(client.whole(stream).status()).isEqualTo(503);
            assertThat(gateway.served).hasSize(3);
        }
    }

    @Test
    void whatIsSentAheadInHttp1IsServedOnSuchAPortToo() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                    + "GET /slow/2 HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxx");
            assertThat(client.message()).endsWith("ok");
            assertThat(client.message()).endsWith("slow /slow/2 ");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen).hasSize(2)
                    .noneMatch(seen -> seen.contains("Upgrade") || seen.contains("Settings"));
            assertThat(gateway.served).extracting(ServedRequest::lane).containsExactly(Lane.FAST,
                    Lane.FAST);
        } catch (SocketException e) {
            throw new AssertionError("the connection was cut", e);
        }
    }

    @Test
    void aMemberThatRefusesConnectionsIsReplacedByAnother() throws IOException {
        ScriptedMember gone = ScriptedMember.answering(OK);
        gone.close();
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(gone.port(), member.port())) {
            for (int i = 0; i < 4; i++) {
                int stream = client.post("/x");
                client.data(stream, "hi", true);
                assertThat(client.whole(stream).body()).isEqualTo("ok");
            }
            assertThat(gateway.served).anyMatch(served -> served.attempts() == 2);
        }
    }

    @Test
    void whoGetsNoAnswerIsToldWhy() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.message());
                FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", "2");
            client.data(stream, "hi", true);
            FrameAnswer answer = client.whole(stream);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.head()).contains("content-type: application/problem+json");
            assertThat(answer.body()).contains("\"reason\":\"upstream-reset\"");
            gateway.pools.apply(List.of());
            answer = client.whole(client.get("/"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.head()).contains("retry-after: 1");
            assertThat(answer.body()).contains("no-member");
        }
    }
}
