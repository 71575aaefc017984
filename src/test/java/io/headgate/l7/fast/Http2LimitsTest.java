package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Lane;
import io.headgate.pool.Reason;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of HTTP/2 may ask for, and what becomes of the rest of its connection. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2LimitsTest extends Http2Fixture {

    private static final int HEADER_TABLE_SIZE = 1;
    private static final int MAX_RESETS = 1000;
    private static final int MAX_STREAMS = 100;

    /** Its decoder has a table of 4,096 bytes, and fails when the other side says that it uses more. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/slow/x"})
    void theTableOfTheEncoderIsNotAsLargeAsAClientSays(String path) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            for (String request = wire.message(); !request.isBlank(); request = wire.message()) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLocation: /"
                        + String.valueOf(request.hashCode()).repeat(100) + "\r\n\r\n");
            }
        }); FrameClient client = client(member.port())) {
            client.setting(HEADER_TABLE_SIZE, -1);
            for (int i = 0; i < 50; i++) {
                FrameAnswer answer = client.whole(client.get(path, "x-number", String.valueOf(i)));
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/, 7000, 200", "/, 11000, 200", "/, 32000, 200", "/, 33000, 431", "/, 41000, 431",
            "/, 120000, 431", "/slow/x, 32000, 200", "/slow/x, 33000, 431", "/slow/x, 120000, 431"})
    void aHeadThatIsTooLargeIsAnsweredOnItsStreamAlone(String path, int size, int status) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            int upload = client.post(path);
            FrameAnswer answer = client.whole(client.get(path, "cookie", "c".repeat(size)));
            assertThat(answer.status()).isEqualTo(status);
            if (status == 431) {
                assertThat(answer.body()).contains("headers-too-large");
                assertThat(told().reason()).isEqualTo(Reason.HEADERS_TOO_LARGE);
                assertThat(told().lane()).isEqualTo(Lane.NONE);
            }
            client.data(upload, "x", true);
            assertThat(client.whole(upload).status()).isEqualTo(200);
        }
    }

    /** Every field is in the table of both sides, and costs the client one byte. */
    @ParameterizedTest
    @CsvSource({"/, x-a, 190, 200", "/, x-a, 3000, 431", "/slow/x, x-a, 3000, 431", "/, cookie, 900, 200",
            "/, cookie, 3000, 431", "/slow/x, cookie, 3000, 431", "/, x-a, 60000, 431"})
    void fieldsAreCountedHoweverShortTheyAre(String path, String name, int count, int status)
            throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            String[] request = FrameClient.request("GET", path);
            for (int i = 0; i < request.length; i += 2) {
                FrameClient.literal(head, false, request[i], request[i + 1]);
            }
            FrameClient.literal(head, true, name, "b=1");
            for (int i = 1; i < count; i++) {
                head.write(0x80 | 62); // what was added last
            }
            client.block(1, true, head.toByteArray());
            FrameAnswer answer = client.whole(1);
            assertThat(answer.status()).isEqualTo(status);
            client.headers(3, true, request);
            assertThat(client.whole(3).status()).isEqualTo(200);
            assertThat(client.goAway).isNull();
        }
    }

    /** Nothing else can come on the connection meanwhile, not even for a stream that is open. */
    @ParameterizedTest
    @ValueSource(strings = {"frame", "block"})
    void aHeadThatDoesNotComeWholeEndsTheConnection(String what) throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofMillis(300), Duration.ofSeconds(10),
                Duration.ofSeconds(10), 0, 0, 0);
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.rest();
        });
                Gateway strict = Gateway.http2(hasty).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            client.get("/");
            client.ping(); // what it has to answer is answered
            await().until(() -> !member.seen.isEmpty());
            byte[] head = FrameClient.encoded(1, what.equals("frame") ? 4 : 0, 3, new byte[]{(byte) 0x82});
            client.send(what.equals("frame") ? Arrays.copyOf(head, 9) : head);
            client.drain();
            assertThat(client.goAway).endsWith(" error " + Http2Error.ENHANCE_YOUR_CALM.code());
            await().until(() -> strict.served.size() == 2);
            assertThat(strict.served).allMatch(each -> each.reason() == Reason.HEADER_TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 30})
    void aPrefaceThatDoesNotComeWholeEndsTheConnection(int length) throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofMillis(300), Duration.ofSeconds(10),
                Duration.ofSeconds(10), 0, 0, 0);
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
                .getBytes(StandardCharsets.US_ASCII);
        try (Gateway strict = Gateway.http2(hasty);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), strict.server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(preface, 0, length);
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(400);
        }
    }

    /** Half a head is no reason while the rest of it comes, nor after it has come. */
    @Test
    void aHeadMayComeInPieces() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            byte[] block = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 1, 'h'};
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(FrameClient.encoded(1, 1, 1, Arrays.copyOf(block, 2)));
            frames.writeBytes(FrameClient.encoded(9, 0, 1, new byte[0]));
            frames.writeBytes(FrameClient.encoded(9, 4, 1, Arrays.copyOfRange(block, 2, 6)));
            for (byte each : frames.toByteArray()) {
                client.send(new byte[]{each});
            }
            assertThat(client.whole(1).body()).isEqualTo("ok");
        }
    }

    @Test
    void ofAHeadThatIsTooLargeTheTableIsKept() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            ByteArrayOutputStream large = new ByteArrayOutputStream();
            String[] head = FrameClient.request("GET", "/", "x-large", "l".repeat(50_000));
            for (int i = 0; i < head.length; i += 2) {
                FrameClient.literal(large, false, head[i], head[i + 1]);
            }
            FrameClient.literal(large, true, "x-late", "known");
            client.block(1, true, large.toByteArray());
            assertThat(client.whole(1).status()).isEqualTo(431);

            ByteArrayOutputStream next = new ByteArrayOutputStream();
            String[] small = FrameClient.request("GET", "/");
            for (int i = 0; i < small.length; i += 2) {
                FrameClient.literal(next, false, small[i], small[i + 1]);
            }
            next.write(0x80 | 62); // what was added last
            client.block(3, true, next.toByteArray());
            assertThat(client.whole(3).status()).isEqualTo(200);
            assertThat(member.seen.getFirst()).contains("x-late: known");
        }
    }

    @ParameterizedTest
    @CsvSource({"none", ":scheme=http;:path=/;:authority=h", "x-only=1", ":method=GET", ":method=GET;:path=/",
            ":method=GET;:scheme=http;:authority=h", ":status=200", "grpc-status=0",
            ":method=GET;:scheme=http;:path=/a b;:authority=h",
            ":method=G(T;:scheme=http;:path=/;:authority=h",
            ":method=;:scheme=http;:path=/;:authority=h", ":method=CONNECT",
            ":method=CONNECT;:authority=a b"})
    void aHeadThatIsNoRequestResetsItsStream(String headers) throws IOException {
        ClientLimits hasty = new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofMillis(300), 0, 0, 0);
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Gateway strict = Gateway.http2(hasty).members(member.port());
                FrameClient client = new FrameClient(strict.server.port())) {
            List<String> head = new ArrayList<>();
            for (String header : headers.split(";", -1)) {
                int middle = header.indexOf('=');
                if (middle > 0) {
                    head.add(header.substring(0, middle));
                    head.add(header.substring(middle + 1));
                }
            }
            for (boolean end : new boolean[]{true, false}) {
                int stream = client.open(end, head.toArray(new String[0]));
                FrameAnswer answer = client.whole(stream);
                assertThat(answer.reset == (int) Http2Error.PROTOCOL_ERROR.code() || answer.status() == 400)
                        .as("%s %s", answer.head(), answer.reset).isTrue();
            }
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
            assertThat(member.seen).hasSize(1);
            client.drain(); // without a stream it is not kept
            assertThat(client.goAway).endsWith("error 0");
        }
    }

    @ParameterizedTest
    @CsvSource({"x bad=1", "X-Bad=1", "connection=close", "te=gzip", ":path=/again", ":odd=1",
            "x-bad=a\u0000b"})
    void whatFollowsAFieldThatIsNoneIsPassedOver(String field) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            int upload = client.post("/");
            String[] parts = field.split("=", 2);
            int bad = client.post("/", parts[0], parts[1]);
            client.data(bad, "x".repeat(100), false);
            client.grant(bad, 1000);
            client.data(bad, "x", true);
            int reset = client.post("/", parts[0], parts[1]);
            client.reset(reset, 8);
            FrameAnswer answer = client.whole(bad);
            assertThat(answer.reset == (int) Http2Error.PROTOCOL_ERROR.code() || answer.status() == 400)
                    .as("%s %s", answer.head(), answer.reset).isTrue();
            client.data(upload, "x", true);
            assertThat(client.whole(upload).status()).isEqualTo(200);
            assertThat(client.whole(client.get("/")).status()).isEqualTo(200);
            assertThat(client.goAway).isNull();
            assertThat(member.seen).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resetsAreCountedWhereNoAnswerHasBegun(boolean answered) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            if (answered) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx");
            }
            wire.rest();
        }); FrameClient client = client(member.port())) {
            for (int i = 0; i <= MAX_RESETS && client.goAway == null; i++) {
                int stream = client.get("/");
                while (answered && client.answer(stream).heads.isEmpty()) {
                    assertThat(client.read()).isTrue();
                }
                client.reset(stream, (int) Http2Error.CANCEL.code());
            }
            if (answered) {
                assertThat(client.alive()).isTrue();
            } else {
                client.drain();
                assertThat(client.goAway).endsWith(" error " + Http2Error.ENHANCE_YOUR_CALM.code());
                await().until(() -> gateway.served.stream()
                        .anyMatch(each -> each.reason() == Reason.HTTP2_FLOOD && each.lane() == Lane.NONE));
            }
        }
    }

    /** Also what is on its way behind the head of a refused stream, which the client cannot call back. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/slow/x"})
    void streamsThatAreTooManyAreRefusedAndNothingElse(String path) throws IOException {
        int refused = 50;
        try (ScriptedMember member = ScriptedMember.answering(OK);
                FrameClient client = client(member.port())) {
            for (int i = 0; i < MAX_STREAMS; i++) {
                client.post(path);
            }
            for (int i = 0; i < refused; i++) {
                int stream = client.post(path);
                client.data(stream, "x", false);
                client.grant(stream, 1);
                if (i % 2 == 0) {
                    client.data(stream, "y", true);
                } else {
                    client.reset(stream, (int) Http2Error.CANCEL.code());
                }
            }
            for (int i = 0; i < MAX_STREAMS; i++) {
                client.data(2 * i + 1, "x", true);
            }
            for (int i = 0; i < MAX_STREAMS + refused; i++) {
                FrameAnswer answer = client.whole(2 * i + 1);
                assertThat(i < MAX_STREAMS ? answer.status() : answer.reset)
                        .isEqualTo(i < MAX_STREAMS ? 200 : (int) Http2Error.REFUSED_STREAM.code());
            }
            assertThat(client.whole(client.get(path)).status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionThatWeEndIsToldWithItsReason() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.rest();
        }); FrameClient client = client(member.port())) {
            client.get("/");
            await().until(() -> member.seen.size() == 1);
            client.data(99, "of a stream that never was", true);
            client.drain();
            assertThat(client.goAway).endsWith(" error " + Http2Error.PROTOCOL_ERROR.code());
            await().until(() -> gateway.served.size() == 2);
            assertThat(gateway.served).allMatch(each -> each.reason() == Reason.HTTP2_ERROR);
        }
    }
}
