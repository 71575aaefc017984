package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.HashOn;
import io.headgate.pool.Reason;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class ProxyTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: member\r\n\r\nok";

    private final Gateway gateway = new Gateway();

    @AfterEach
    void everyMemberWasGivenBackAndEveryRequestToldOnce() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    @Test
    void aRequestReachesTheMemberWithForwardedHeadersAndWithoutHopByHopOnes() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send(
                    "GET /a/b?c=d HTTP/1.1\r\nHost: shop.example:8080\r\nConnection: keep-alive, X-Mine\r\n"
                            + "X-Mine: 1\r\nTE: trailers\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Evil: 1\r\n"
                            + "X_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Keep: yes\r\n\r\n");

            assertThat(client.message()).isEqualTo(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: member\r\n\r\nok");
            assertThat(member.seen.getFirst().lines()).containsExactlyInAnyOrder("GET /a/b?c=d HTTP/1.1",
                    "host: 127.0.0.1:" + member.port(), "X-Keep: yes", "X-Forwarded-For: 127.0.0.1",
                    "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.example:8080",
                    "X-Forwarded-Port: 8080",
                    "Forwarded: for=127.0.0.1;host=\"shop.example:8080\";proto=http", "");
            ServedRequest told = told();
            assertThat(told.lane()).isEqualTo(Lane.FAST);
            assertThat(told.target()).isEqualTo("/a/b?c=d");
            assertThat(told.bytesOut()).isEqualTo(2);
            assertThat(told.reason()).isNull();
        }
    }

    private ServedRequest told() {
        await().until(() -> !gateway.served.isEmpty());
        assertThat(gateway.served).hasSize(1);
        return gateway.served.getFirst();
    }

    @Test
    void oneConnectionToTheMemberServesManyRequests() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n").message())
                        .endsWith("ok");
            }
            assertThat(member.connections).hasValue(1);
            assertThat(gateway.served).hasSize(5);
        }
    }

    @Test
    void bodiesKeepTheirFraming() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
                Wire client = gateway.members(member.port()).client()) {
            client.send("POST /l HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.message()).contains("Transfer-Encoding: chunked")
                    .endsWith("\r\n\r\nabcde|X-Sum: 5");
            client.send(
                    "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n"
                            + "0\r\nX-Trailer: no\r\n\r\n");
            assertThat(client.message()).endsWith("\r\n\r\nabcde|X-Sum: 5");
            assertThat(member.seen.get(0)).contains("Content-Length: 5").endsWith("\r\n\r\nhello");
            assertThat(member.seen.get(1)).contains("ransfer-").doesNotContain("X-Trailer")
                    .endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void aPostWithoutABodySaysSo() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: h\r\n\r\n").message()).endsWith("ok");
            assertThat(member.seen.getFirst()).containsIgnoringCase("content-length: 0");
        }
    }

    @Test
    void pipelinedRequestsOfBothLanesAreAnsweredInOrder() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /slow/2 HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxx"
                    + "POST /slow/4 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nyyy"
                    + "GET /5 HTTP/1.1\r\nHost: h\r\n\r\nGET /6 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.message()).endsWith("ok");
            assertThat(client.message()).endsWith("slow /slow/2 ");
            assertThat(client.message()).endsWith("ok");
            assertThat(client.message()).endsWith("slow /slow/4 yyy");
            assertThat(client.message()).endsWith("ok");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen).hasSize(4);
            assertThat(gateway.served).extracting(ServedRequest::target).containsExactly("/1", "/3", "/5",
                    "/6");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 204 No Content, ''", "GET, 304 Not Modified, ''",
            "HEAD, 200 OK, Content-Length: 12345"})
    void answersWithoutABodyAreFollowedByTheNext(String method, String status, String header)
            throws IOException {
        String line = header.isEmpty() ? "" : header + "\r\n";
        try (ScriptedMember member = ScriptedMember.answering("HTTP/1.1 " + status + "\r\n" + line + "\r\n");
                Wire client = gateway.members(member.port()).client()) {
            for (int i = 0; i < 2; i++) {
                client.send(method + " / HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.head();
                assertThat(head).startsWith("HTTP/1.1 " + status).contains(header)
                        .doesNotContainIgnoringCase("transfer-encoding");
            }
            assertThat(member.connections).hasValue(1);
        }
    }

    @Test
    void anOldClientGetsNoChunks() throws IOException {
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
            String all = client.rest();
            assertThat(all).containsIgnoringCase("connection: close")
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("\r\n\r\nabc");
            assertThat(member.seen.getFirst()).startsWith("GET / HTTP/1.1");
        }
    }

    @Test
    void anOldClientMayKeepItsConnection() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.message()).containsIgnoringCase("connection: keep-alive");
            client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
            assertThat(client.rest()).containsIgnoringCase("connection: close").endsWith("ok");
        }
    }

    @Test
    void aMemberThatRefusesConnectionsIsReplacedByAnother() throws IOException {
        ScriptedMember gone = ScriptedMember.answering(OK);
        gone.close();
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(gone.port(), member.port()).client()) {
            for (int i = 0; i < 4; i++) {
                client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
                assertThat(client.message()).endsWith("ok");
            }
            assertThat(gateway.served).anyMatch(served -> served.attempts() == 2);
        }
    }

    @Test
    void whenNobodyAcceptsTheClientIsTold() throws IOException {
        ScriptedMember gone = ScriptedMember.answering(OK);
        gone.close();
        try (Wire client = gateway.members(gone.port()).client()) {
            String answer = client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").message();
            assertThat(answer).startsWith("HTTP/1.1 502 ").contains("application/problem+json",
                    "\"reason\":\"connect-failed\"");
            assertThat(told().reason()).isEqualTo(Reason.CONNECT_FAILED);
            gateway.pools.apply(List.of());
            answer = client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").message();
            assertThat(answer).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 1")
                    .contains("no-member");
        }
    }

    @Test
    void neither100Nor103IsTheAnswer() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering("HTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 103 ").contains("Link: </s.css>");
            assertThat(client.message()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
            assertThat(client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").rest()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void theMemberDecidesOnExpectContinue() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            seen.add(wire.exactly(4));
            wire.send(OK);
            wire.head();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("body").message()).endsWith("ok");
            assertThat(member.seen.get(1)).isEqualTo("body");
        }
    }

    @Test
    void anEarlyAnswerDoesNotWaitForTheBody() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            wire.rest();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf-");
            assertThat(client.message()).startsWith("HTTP/1.1 413 ");
            client.send("rest!GET /slow/x HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.message()).endsWith("slow /slow/x ");
        }
    }

    @Test
    void afterSwitchingProtocolsBytesPassBothWays() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: abc\r\n\r\nfirst");
            seen.add(wire.exactly(5));
            wire.send("\0\u0001last");
        }); Wire client = gateway.members(member.port()).client()) {
            client.send("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: k\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("Sec-WebSocket-Accept: abc")
                    .containsIgnoringCase("upgrade: websocket");
            assertThat(client.exactly(5)).isEqualTo("first");
            assertThat(client.send("GET \r").rest()).isEqualTo("\0\u0001last");
            assertThat(member.seen.get(0)).containsIgnoringCase("connection: upgrade");
            assertThat(member.seen.get(1)).isEqualTo("GET \r");
            assertThat(told().status()).isEqualTo(101);
        }
    }

    @Test
    void aHashingPoolSendsAKeyToOneMember() throws IOException {
        try (ScriptedMember one = ScriptedMember.answering(OK);
                ScriptedMember two = ScriptedMember.answering(OK);
                ScriptedMember three = ScriptedMember.answering(OK);
                Wire client = gateway.members(one.port(), two.port(), three.port()).client()) {
            gateway.hashing(HashOn.parse("header:X-User"));
            for (int user = 0; user < 20; user++) {
                int[] before = {one.seen.size(), two.seen.size(), three.seen.size()};
                for (int i = 0; i < 3; i++) {
                    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-User: " + user + "\r\n\r\n");
                    assertThat(client.message()).endsWith("ok");
                }
                assertThat(List.of(one.seen.size() - before[0], two.seen.size() - before[1],
                        three.seen.size() - before[2])).containsExactlyInAnyOrder(3, 0, 0);
            }
            assertThat(List.of(one, two, three)).allMatch(member -> !member.seen.isEmpty());
        }
    }

    @Test
    void consecutiveRequestsOfTheSlowLaneKeepTheirOrder() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("GET /slow/1 HTTP/1.1\r\nHost: h\r\n\r\nGET /slow/2 HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n" + "GET /slow/4 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.message()).endsWith("slow /slow/1 ");
            assertThat(client.message()).endsWith("slow /slow/2 ");
            assertThat(client.message()).endsWith("ok");
            assertThat(client.message()).endsWith("slow /slow/4 ");
        }
    }

    @Test
    void nothingIsServedBehindTheLastAnswerOfAConnection() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire slow = gateway.members(member.port()).client();
                Wire fast = gateway.client()) {
            String behind = "POST /behind HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
            slow.send("GET /slow/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + behind);
            assertThat(slow.rest()).endsWith("slow /slow/1 ");
            fast.send("GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + behind);
            assertThat(fast.rest()).endsWith("ok");
            assertThat(member.seen).hasSize(1).noneMatch(seen -> seen.contains("/behind"));
        }
    }
}
