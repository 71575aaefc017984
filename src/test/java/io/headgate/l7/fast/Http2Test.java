package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.FrameClient;
import io.headgate.FrameClient.Answer;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 streams on the fast lane. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2Test {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: member\r\n\r\nok";
    private static final int MAX_BODY = 1_000_000;

    /** More than all buffers on the way can hold, less than a body. */
    private static final int BUFFERED = 24_000_000;
    private static final int LARGE = 60_000_000;

    private final Gateway gateway = Gateway.http2(limits(0));

    private static ClientLimits limits(long maxBodySize) {
        return new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60),
                maxBodySize, 0, 0);
    }

    @AfterEach
    void everyMemberWasGivenBackAndEveryRequestToldOnce() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    private FrameClient client(int... members) throws IOException {
        return new FrameClient(gateway.members(members).server.port());
    }

    private ServedRequest told() {
        await().until(() -> !gateway.served.isEmpty());
        assertThat(gateway.served).hasSize(1);
        return gateway.served.getFirst();
    }

    @Test
    void aRequestReachesTheMemberAsOneOfHttp1Does() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            Answer answer = client.whole(client.open(true, ":method", "GET", ":scheme", "http", ":path",
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
                Answer answer = client.whole(client.open(true, FrameClient.request(method, "/")));
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
            wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            seen.add(wire.exactly(4));
            wire.send("HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + OK);
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

    /** One reads, the others do not: how much leaves them is bounded, and all of it comes in the end. */
    @Test
    void aMemberThatDoesNotReadHoldsItsClientUp() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong read = new AtomicLong();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            awaitLatch(mayRead);
            byte[] part = new byte[65536];
            while (read.get() < LARGE) {
                read.addAndGet(wire.readSome(part));
            }
            wire.send(OK);
            wire.head();
        }); FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", String.valueOf(LARGE));
            int sent = 0;
            do {
                sent += client.upload(stream, LARGE - sent, true);
                client.ping(); // windows that are opened are opened by then, or the member is full
            } while (client.window(stream) > 0 && sent < LARGE);
            assertThat(sent).isLessThan(BUFFERED);
            mayRead.countDown();
            while (sent < LARGE) {
                while (client.window(stream) == 0) {
                    assertThat(client.read()).isTrue();
                }
                sent += client.upload(stream, LARGE - sent, true);
            }
            assertThat(client.whole(stream).body()).isEqualTo("ok");
            assertThat(told().bytesIn()).isEqualTo(LARGE);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsItsMemberUpAndNoOtherStream() throws IOException {
        AtomicLong written = new AtomicLong();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            byte[] part = new byte[60_000];
            while (wire.head().startsWith("GET /large")) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                for (int i = 0; i < LARGE / part.length; i++) {
                    wire.send(part, part.length);
                    written.addAndGet(part.length);
                }
            }
            wire.send(OK);
            wire.head();
        }); FrameClient client = client(member.port())) {
            client.stalls = true;
            int stream = client.get("/large");
            long before;
            do {
                before = written.get();
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            } while (written.get() != before || before == 0);
            assertThat(before).isLessThan(BUFFERED);
            client.ping();
            assertThat(client.answer(stream).size()).isEqualTo(65_535);
            client.grant(stream, 0x3fff_ffff);
            int other = client.get("/other");
            assertThat(client.whole(other).body()).isEqualTo("ok");
            assertThat(client.whole(stream).size()).isEqualTo(LARGE);
        }
    }

    @Test
    void anAnswerWhoseEndIsNotTakenIsGivenUp() throws IOException {
        int size = 70_000;
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
                FrameClient client = client()) {
            gateway.members(new Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofSeconds(9),
                    Duration.ofSeconds(9)), member.port());
            client.stalls = true;
            Answer answer = client.whole(client.get("/"));
            assertThat(answer.size()).isEqualTo(65_535);
            assertThat(answer.reset).isEqualTo((int) Http2Error.CANCEL.code());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"before the answer", "in the answer", "in the body", "stalled"})
    void aClientThatResetsAStreamGivesItsMemberBack(String when) throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        boolean answers = when.equals("in the answer");
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            if (answers) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf-");
            }
            if (when.equals("stalled")) {
                awaitLatch(gone);
            }
            seen.add(wire.rest());
            gone.countDown();
        }); FrameClient client = client(member.port())) {
            int stream;
            if (when.equals("stalled")) {
                stream = client.post("/");
                do {
                    client.upload(stream, LARGE, false);
                    client.ping();
                } while (client.window(stream) > 0);
            } else if (when.equals("in the body")) {
                stream = client.post("/");
                client.data(stream, "some", false);
            } else {
                stream = client.get("/");
            }
            await().until(() -> !member.seen.isEmpty());
            while (answers && client.answer(stream).size() < 5) {
                assertThat(client.read()).isTrue();
            }
            client.reset(stream, 8);
            await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
            assertThat(told().reason()).isEqualTo(Reason.CLIENT_GONE);
            if (when.equals("stalled")) {
                gone.countDown();
            }
            awaitLatch(gone);
            await().until(() -> member.seen.size() == 2);
            client.ping();
            assertThat(client.goAway).isNull();
        }
    }

    @Test
    void allStreamsEndWithTheirConnection() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.rest();
        })) {
            try (FrameClient client = client(member.port())) {
                for (int i = 0; i < 20; i++) {
                    int stream = i % 2 == 0 ? client.get("/") : client.post("/");
                    assertThat(stream).isEqualTo(2 * i + 1);
                }
                await().until(() -> member.seen.size() == 20);
            }
            await().until(() -> gateway.served.size() == 20);
            assertThat(gateway.served).allMatch(each -> each.reason() == Reason.CLIENT_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf-",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf-\r\n"})
    void anAnswerThatBreaksOffIsNotTakenForWhole(String half) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send(half);
        }); FrameClient client = client(member.port())) {
            Answer answer = client.whole(client.get("/"));
            assertThat(answer.ended).isFalse();
            assertThat(answer.reset).isEqualTo((int) Http2Error.INTERNAL_ERROR.code());
            assertThat(told().reason()).isEqualTo(Reason.UPSTREAM_RESET);
        }
    }

    @Test
    void whoGetsNoAnswerIsToldWhy() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.message());
                FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", "2");
            client.data(stream, "hi", true);
            Answer answer = client.whole(stream);
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

    @ParameterizedTest
    @ValueSource(ints = {5, 200_000, 2_000_000})
    void anEarlyAnswerDoesNotWaitForTheBody(int rest) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            wire.rest();
        }); FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", String.valueOf(5 + rest));
            client.data(stream, "half-", false);
            Answer answer = client.answer(stream);
            while (!answer.ended) {
                assertThat(client.read()).isTrue();
            }
            assertThat(answer.status()).isEqualTo(413);
            int sent = 0;
            while (sent < rest && answer.reset < 0) {
                sent += client.upload(stream, rest - sent, true);
                client.ping();
            }
            if (rest > Turns.MAX_DRAINED) {
                assertThat(sent).isLessThan(rest);
                assertThat(answer.reset).isEqualTo((int) Http2Error.NO_ERROR.code());
            }
            assertThat(client.whole(client.get("/slow/x")).body()).isEqualTo("slow /slow/x ");
            assertThat(client.goAway).isNull();
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
                    Answer answer = client.whole(streams.get(i));
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
    void grpcIsLeftToTheSlowLane() throws IOException {
        try (FrameClient client = client()) {
            for (String type : new String[]{"application/grpc", "application/grpc+proto"}) {
                int stream = client.post("/x", "content-type", type, "te", "trailers");
                client.data(stream, "x", true);
                assertThat(client.whole(stream).body()).isEqualTo("slow /x x");
            }
            int stream = client.post("/x", "content-type", "application/grpc-web");
            client.data(stream, "x", true);
            assertThat(client.whole(stream).status()).isEqualTo(503);
            assertThat(gateway.served).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", quoteCharacter = '"', value = {"GET, /a/../b, h", "GET, /%2e%2E, h",
            "GET, http://other/, h", "GET, a, h", "GET, \"\", h", "GET, /%, h", "GET, /a|b, h",
            "GET, *, h", "CONNECT, none, h:1", "GET, /, none", "GET, /, \"\"", "GET, /, a@b", "GET, /, h:x",
            "GET, /, \"a,b:0:1\"", "GET, /#a, h", "GET, /\u00e9, h"})
    void whatHttp1RefusesIsRefused(String method, String path, String authority) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            List<String> head = new ArrayList<>(List.of(":method", method));
            if (path != null) {
                head.addAll(List.of(":scheme", "http", ":path", path));
            }
            if (authority != null) {
                head.addAll(List.of(":authority", authority));
            }
            Answer answer = client.whole(client.open(true, head.toArray(new String[0])));
            if (answer.reset < 0) {
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).contains("bad-request");
                assertThat(told().lane()).isEqualTo(Lane.NONE);
            }
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
            assertThat(member.seen).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host=other", "content-length=5", "content-length=0;content-length=1",
            "content-length=0, 1", "content-length=+0", "transfer-encoding=chunked", "connection=close",
            "X-Upper=1", "upgrade=websocket", "te=gzip", ":path=/twice", ":status=200", "x-a=b\r\nX-C: d",
            "x y=1", "x-nul=a\0b", "keep-alive=5", "=a"})
    void aMalformedHeadReachesNobody(String headers) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            List<String> more = new ArrayList<>();
            for (String header : headers.split(";", -1)) {
                int middle = header.indexOf('=');
                more.add(header.substring(0, middle));
                more.add(header.substring(middle + 1));
            }
            Answer answer = client.whole(client.get("/", more.toArray(new String[0])));
            assertThat(answer.reset == (int) Http2Error.PROTOCOL_ERROR.code() || answer.status() == 400)
                    .as("%s %s", answer.head(), answer.reset).isTrue();
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
            assertThat(member.seen).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 5", "6, 5"})
    void aBodyThatIsNotAsLongAsItsHeadSaysIsNotTakenForWhole(int said, int sent) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", String.valueOf(said));
            client.data(stream, "x".repeat(sent), true);
            assertThat(client.whole(stream).reset).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
            assertThat(told().reason()).isEqualTo(Reason.CLIENT_GONE);
            assertThat(member.seen).allMatch(seen -> !seen.contains("xxxxx"));
        }
    }

    @ParameterizedTest
    @CsvSource({"'/', true", "'/', false", "/slow/x, true", "/slow/x, false"})
    void aBodyOverTheLimitIsRefused(String path, boolean counted) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.rest());
                Gateway strict = Gateway.http2(limits(MAX_BODY)).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            int stream = counted
                    ? client.post(path, "content-length", String.valueOf(MAX_BODY + 1))
                    : client.post(path);
            Answer answer = client.answer(stream);
            while (!counted && !answer.ended) {
                client.upload(stream, MAX_BODY, false);
                client.ping();
            }
            client.whole(stream);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("body-too-large");
            while (answer.reset < 0) {
                assertThat(client.read()).isTrue();
            }
            assertThat(answer.reset).isEqualTo((int) Http2Error.NO_ERROR.code());
            await().until(() -> strict.inFlight() == 0 && strict.fastPath.underWay() == 0);
            if (counted || path.equals("/")) {
                assertThat(strict.served).hasSize(1)
                        .allMatch(each -> each.reason() == Reason.BODY_TOO_LARGE);
            }
        }
    }

    @Test
    void aBodyThatDoesNotComeIsNotAwaitedForEver() throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofMillis(300), Duration.ofMillis(300),
                Duration.ofSeconds(60), 0, 0, 0);
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Gateway strict = Gateway.http2(hasty).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            int stream = client.post("/");
            client.data(stream, "some", false);
            Answer answer = client.whole(stream);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("body-timeout");
            await().until(() -> strict.served.size() == 1);
            assertThat(strict.served.getFirst().reason()).isEqualTo(Reason.BODY_TIMEOUT);
            await().until(() -> strict.inFlight() == 0 && strict.fastPath.underWay() == 0);
            // what limits connections of HTTP/1.1 has ended none of HTTP/2 meanwhile
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionWithoutARequestIsClosed(boolean used) throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofMillis(used ? 10_000 : 300), Duration.ofSeconds(10),
                Duration.ofMillis(used ? 300 : 10_000), 0, 0, 0);
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Gateway strict = Gateway.http2(hasty).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            for (int i = 0; used && i < 3; i++) {
                assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
            }
            client.drain();
            assertThat(client.goAway).isEqualTo((used ? 5 : 0) + " error 0");
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
}
