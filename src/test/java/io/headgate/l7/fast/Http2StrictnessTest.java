package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Lane;
import io.headgate.pool.Reason;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.Pause;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of HTTP/2 streams, and what limits them. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2StrictnessTest extends Http2Fixture {

    private static final int MAX_BODY = 1_000_000;

    @ParameterizedTest
    @CsvSource(nullValues = "none", quoteCharacter = '"', value = {"GET, /a/../b, h", "GET, /%2e%2E, h",
            "GET, http://other/, h", "GET, a, h", "GET, \"\", h", "GET, /%, h", "GET, /a<b, h",
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
            FrameAnswer answer = client.whole(client.open(true, head.toArray(new String[0])));
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
            FrameAnswer answer = client.whole(client.get("/", more.toArray(new String[0])));
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
            FrameAnswer answer = client.answer(stream);
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
            FrameAnswer answer = client.whole(stream);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("body-timeout");
            await().until(() -> strict.served.size() == 1);
            assertThat(strict.served.getFirst().reason()).isEqualTo(Reason.BODY_TIMEOUT);
            await().until(() -> strict.inFlight() == 0 && strict.fastPath.underWay() == 0);
            // what limits connections of HTTP/1.1 has ended none of HTTP/2 meanwhile
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
        }
    }

    @Test
    void aClientOfGrpcMayBeSilentWhileItIsAnswered() throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofSeconds(10), Duration.ofMillis(700),
                Duration.ofSeconds(60), 0, 0, 0);
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\none\r\n");
            wire.readUntil("0\r\n\r\n");
            wire.send("3\r\ntwo\r\n0\r\nGrpc-Status: 0\r\n\r\n");
        });
                Gateway strict = Gateway.http2(hasty).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            int call = client.post("/", "content-type", "application/grpc+proto", "te", "trailers");
            FrameAnswer answer = client.answer(call);
            while (!answer.body().equals("one")) {
                assertThat(client.read()).isTrue();
            }
            Pause.of(hasty.bodyTimeout().multipliedBy(2), "a client that says nothing while it listens");
            client.data(call, "more", true);
            assertThat(client.whole(call).body()).isEqualTo("onetwo");
            assertThat(answer.trailers).contains("grpc-status: 0");
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
}
