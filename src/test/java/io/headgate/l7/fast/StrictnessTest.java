package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One documented answer to each request that two readers could understand in two ways: docs/strictness.md.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class StrictnessTest {

    private static final String NEXT = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    private final Gateway gateway = new Gateway();
    private final ScriptedMember member;

    StrictnessTest() throws IOException {
        member = ScriptedMember.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    @BeforeAll
    void start() {
        gateway.members(member.port());
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
            "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n",
            "GET / HTTP/1.1\nHost: h\n\n", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nX\0: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nBad Name: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nNoColon\r\n\r\n", "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a@b/c\r\n\r\n", "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "GET / HTTX/1.1\r\nHost: h\r\n\r\n",
            "GET /\r\nHost: h\r\n\r\n",
            "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a\"b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a?<b> HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a\\..\\b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a?b c HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a?%00 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a%zz HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a%00 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a% HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a/%2e%2E/b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a/.%2e;x/b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /. HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http://a/x HTTP/1.1\r\n\r\n", "GET http://a/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n"})
    void isRefusedAndTheConnectionClosed(String request) throws IOException {
        int before = member.seen.size();
        try (Wire client = gateway.client()) {
            String answer = client.send(request + NEXT).rest();
            assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close")
                    .contains("\"reason\":\"bad-request\"");
            assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
            assertThat(member.seen.subList(before, member.seen.size()))
                    .noneMatch(seen -> seen.contains("HTTP/1."));
        }
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        try (Wire line = gateway.client(); Wire head = gateway.client()) {
            assertThat(line.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n").rest())
                    .startsWith("HTTP/1.1 414 ").contains("uri-too-long");
            assertThat(head.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(40_000) + "\r\n\r\n").rest())
                    .startsWith("HTTP/1.1 431 ").contains("headers-too-large");
        }
    }

    @ParameterizedTest
    @CsvSource({"/a//b, /a//b", "/a%2Fb, /a%2Fb", "/a;x=1/b, /a;x=1/b",
            "/a?b=[1]&c=%27&&d, /a?b=[1]&c=%27&&d",
            "/..a/b.., /..a/b..", "/a?x=../.., /a?x=../..", "http://other/p?q, /p?q", "http://other, /",
            "HTTPS://other?q, /?q", "/a?, /a?", "/a[0]/{b}|c^`, /a[0]/{b}|c^`",
            "/a?q=a|b&c={d}^`\\&e=100%&f=%zz&g=%2, /a?q=a|b&c={d}^`\\&e=100%&f=%zz&g=%2"})
    void isPassedOnAsItIs(String target, String expected) throws IOException {
        try (Wire client = gateway.client()) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getLast()).startsWith("GET " + expected + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "POST  /w\tHTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2 ;a\r\nhi\r\n0\t ;b=c\r\n\r\n",
            "\r\n\r\nPOST /w HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n02\r\nhi\r\n000\r\n\r\n"})
    void whiteSpaceThatMeansNothingDoesNotReachAMember(String request) throws IOException {
        try (Wire client = gateway.client()) {
            client.send(request);
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getLast()).startsWith("POST /w HTTP/1.1\r\n").endsWith("\r\n\r\nhi");
        }
    }

    @Test
    void aClientOfHttp10CannotUpgrade() throws IOException {
        try (Wire client = gateway.client()) {
            client.send("GET / HTTP/1.0\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getLast()).doesNotContainIgnoringCase("upgrade");
        }
    }

    @Test
    void aFoldedHeaderIsPassedOnInOneLine() throws IOException {
        try (Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Folded: a\r\n  b\r\n\r\n");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getLast()).contains("X-Folded: a b\r\n");
        }
    }

    @Test
    void connectionCannotTakeAwayWhatFramesTheMessage() throws IOException {
        try (Wire client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nConnection: content-length, host, x-forwarded-for\r\n"
                    + "Content-Length: 5\r\n\r\nhello");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getLast()).contains("Content-Length: 5", "X-Forwarded-For: 127.0.0.1");
        }
    }
}
