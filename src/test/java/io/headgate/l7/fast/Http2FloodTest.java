package io.headgate.l7.fast;

import static io.headgate.testing.FrameClient.CONTINUATION;
import static io.headgate.testing.FrameClient.DATA;
import static io.headgate.testing.FrameClient.GO_AWAY;
import static io.headgate.testing.FrameClient.HEADERS;
import static io.headgate.testing.FrameClient.PING;
import static io.headgate.testing.FrameClient.RESET;
import static io.headgate.testing.FrameClient.SETTINGS;
import static io.headgate.testing.FrameClient.WINDOW;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/2 that send what costs more than it is worth, and honest ones that look like them. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2FloodTest {

    /** That of the gateways. */
    private static final int MAX_BODY = 10_000;
    private static final Gateway GATEWAY = Gateway.http2(Http2Fixture.limits(MAX_BODY));
    /** One that soon resets an upload which has its answer, and does not go on. */
    private static final Gateway HASTY = Gateway.http2(new ClientLimits(Duration.ofSeconds(10),
            Duration.ofMillis(500), Duration.ofSeconds(60), MAX_BODY, 0, 0));

    private static final int PRIORITY = 2;
    private static final int UNKNOWN = 0x4d;

    /** More than the bound of each. */
    private static final int MANY = 2_500;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Frames that no request needs. Streams: 1 is an upload that has not ended, 3 has its answer. */
    enum Flood {
        PINGS(FrameClient.encoded(PING, 0, 0, new byte[8])),
        ANSWERS_TO_PINGS(FrameClient.encoded(PING, 1, 0, new byte[8])),
        EMPTY_SETTINGS(FrameClient.encoded(SETTINGS, 0, 0, new byte[0])),
        CHANGING_SETTINGS(FrameClient.encoded(SETTINGS, 0, 0, new byte[]{0, 4, 0, 0, 0, 9}),
                FrameClient.encoded(SETTINGS, 0, 0, new byte[]{0, 4, 0, 0, 0, 8})),
        LARGE_SETTINGS(FrameClient.encoded(SETTINGS, 0, 0, new byte[6 * 2_000])),
        PRIORITIES(FrameClient.encoded(PRIORITY, 0, 1, new byte[]{0, 0, 0, 7, 1})),
        PRIORITIES_OF_NO_STREAM(FrameClient.encoded(PRIORITY, 0, 99, new byte[]{0, 0, 0, 1, 1})),
        PRIORITIES_OF_A_STREAM_TO_ITSELF(FrameClient.encoded(PRIORITY, 0, 3, new byte[]{0, 0, 0, 3, 1})),
        WINDOWS_OF_THE_CONNECTION(FrameClient.encoded(WINDOW, 0, 0, number(1))),
        WINDOWS_OF_A_STREAM(FrameClient.encoded(WINDOW, 0, 1, number(1))),
        WINDOWS_OF_A_CLOSED_STREAM(FrameClient.encoded(WINDOW, 0, 3, number(1))),
        RESETS_OF_A_CLOSED_STREAM(FrameClient.encoded(RESET, 0, 3, number(8))),
        EMPTY_DATA(FrameClient.encoded(DATA, 0, 1, new byte[0])),
        EMPTY_DATA_BETWEEN(FrameClient.encoded(DATA, 0, 1, new byte[0]),
                FrameClient.encoded(DATA, 0, 1, new byte[5])),
        DATA_OF_A_CLOSED_STREAM(FrameClient.encoded(DATA, 0, 3, new byte[1])),
        PADDING(FrameClient.encoded(DATA, 8, 1, new byte[]{0})),
        GOAWAYS(FrameClient.encoded(GO_AWAY, 0, 0, new byte[8])),
        UNKNOWN_FRAMES(FrameClient.encoded(UNKNOWN, 0, 1, new byte[20])),
        UNKNOWN_FRAMES_OF_NO_STREAM(FrameClient.encoded(UNKNOWN, 0, 0, new byte[0])),
        EMPTY_PARTS_OF_A_HEAD(true, FrameClient.encoded(CONTINUATION, 0, 5, new byte[0])),
        SMALL_PARTS_OF_A_HEAD(true, FrameClient.encoded(CONTINUATION, 0, 5, new byte[]{(byte) 0x82}));

        private final boolean inHead;
        private final String frames;

        Flood(byte[]... frames) {
            this(false, frames);
        }

        Flood(boolean inHead, byte[]... frames) {
            this.inHead = inHead;
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] frame : frames) {
                all.writeBytes(frame);
            }
            this.frames = all.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @BeforeEach
    void forget() {
        GATEWAY.served.clear();
        HASTY.served.clear();
    }

    @AfterEach
    void nothingIsLeft() {
        soon().until(() -> Stream.of(GATEWAY, HASTY)
                .allMatch(gateway -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0));
    }

    @AfterAll
    static void close() {
        GATEWAY.close();
        HASTY.close();
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(2));
    }

    private static FrameClient client(int member) throws IOException {
        return new FrameClient(GATEWAY.members(member).server.port());
    }

    private static FrameClient hasty(int member) throws IOException {
        return new FrameClient(HASTY.members(member).server.port());
    }

    private static void endedAsAFlood(FrameClient client) throws IOException {
        client.drain();
        assertThat(client.goAway).endsWith(" error " + Http2Error.ENHANCE_YOUR_CALM.code());
        soon().until(() -> Stream.of(GATEWAY, HASTY).flatMap(gateway -> gateway.served.stream())
                .anyMatch(each -> each.reason() == Reason.HTTP2_FLOOD && each.lane() == Lane.NONE
                        && each.detail() != null));
    }

    @ParameterizedTest
    @EnumSource(Flood.class)
    void framesThatServeNoRequestAreBounded(Flood flood) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(Http2Fixture.OK);
                FrameClient client = client(member.port())) {
            client.post("/upload");
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
            if (flood.inHead) {
                client.send(FrameClient.encoded(HEADERS, 0, 5, new byte[0]));
            }
            ByteArrayOutputStream some = new ByteArrayOutputStream();
            for (int i = 0; i < 50; i++) {
                some.writeBytes(flood.frames.getBytes(StandardCharsets.ISO_8859_1));
            }
            for (int i = 0; i < MANY / 50; i++) {
                client.send(some.toByteArray());
            }
            endedAsAFlood(client);
        }
    }

    /** Each fault of these makes us reset the stream, and the client may open the next. */
    @ParameterizedTest
    @CsvSource({"WINDOW, 0", "WINDOW, 0x7fffffff", "DATA, 0", "HEADERS, 0"})
    void streamsThatAClientMakesUsResetAreBounded(String how, String increment) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.rest());
                FrameClient client = client(member.port())) {
            for (int i = 0; i < 1_100 && client.goAway == null; i++) {
                int stream = client.get("/");
                client.send(switch (how) {
                    case "WINDOW" -> FrameClient.encoded(WINDOW, 0, stream,
                            number(Integer.decode(increment)));
                    case "DATA" -> FrameClient.encoded(DATA, 0, stream, new byte[1]);
                    default -> FrameClient.encoded(HEADERS, 5, stream, new byte[0]);
                });
                if (i % 50 == 0) {
                    client.ping();
                }
            }
            endedAsAFlood(client);
        }
    }

    /** Each field costs the client a byte, by the table of both sides. */
    @ParameterizedTest
    @ValueSource(ints = {3, 3_600})
    void headsOfManyOrLargeFieldsAreBounded(int length) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(Http2Fixture.OK);
                FrameClient client = client(member.port())) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            String[] request = FrameClient.request("GET", "/");
            for (int i = 0; i < request.length; i += 2) {
                FrameClient.literal(head, false, request[i], request[i + 1]);
            }
            FrameClient.literal(head, true, "x-a", "v".repeat(length));
            for (int i = 0; i < (length > 100 ? 20 : 2_000); i++) {
                head.write(0x80 | 62); // what was added last
            }
            for (int i = 0; i < 400 && client.goAway == null; i++) {
                client.block(2 * i + 1, true, head.toByteArray());
                if (i % 20 == 0) {
                    client.ping();
                }
            }
            endedAsAFlood(client);
        }
    }

    /** An answer that leaves byte by byte has as many frames as bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/slow/"})
    void aWindowThatIsOpenedByteByByteIsGivenUp(String path) throws IOException {
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + "x".repeat(9000));
                FrameClient client = client(member.port())) {
            client.setting(INITIAL_WINDOW_SIZE, 0);
            client.stalls = true;
            int stream = client.post(path);
            client.data(stream, "x".repeat(9000), true);
            byte[] one = FrameClient.encoded(WINDOW, 0, stream, number(1));
            for (int i = 0; i < MANY && client.goAway == null; i++) {
                client.send(one);
                if (i % 50 == 0) {
                    client.ping();
                }
            }
            endedAsAFlood(client);
            assertThat(client.answer(stream).size()).isLessThan(MANY);
        }
    }

    // Honest clients

    @Test
    void aClientThatCancelsOftenKeepsItsConnection() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.rest());
                FrameClient client = client(member.port())) {
            for (int i = 0; i < 300; i++) {
                client.reset(client.get("/"), (int) Http2Error.CANCEL.code());
            }
            assertThat(client.alive()).isTrue();
            assertThat(client.goAway).isNull();
        }
    }

    /** In many pieces, which are under way when it is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/slow/"})
    void aClientWhoseUploadsAreRefusedKeepsItsConnection(String path) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.rest());
                FrameClient client = client(member.port())) {
            byte[] rest = new byte[1_200];
            for (int i = 0; i < 100; i++) {
                int stream = client.post(path);
                client.data(stream, "x".repeat(MAX_BODY + 1), false);
                FrameAnswer answer = client.answer(stream);
                for (int part = 0; part < 40; part++) {
                    client.send(FrameClient.encoded(DATA, 0, stream, rest));
                }
                client.send(FrameClient.encoded(HEADERS, 5, stream, new byte[]{0, 1, 't', 1, 'x'}));
                client.whole(stream);
                assertThat(answer.status()).isEqualTo(413);
            }
            assertThat(client.alive()).isTrue();
            assertThat(client.goAway).isNull();
        }
    }

    /** As much as a window holds of small frames is under way on each stream whose member has failed. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/slow/"})
    void aClientWhoseMemberFailsUnderSmallUploadsKeepsItsConnection(String path) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.head());
                FrameClient client = hasty(member.port())) {
            int[] streams = new int[6];
            for (int i = 0; i < streams.length; i++) {
                streams[i] = client.post(path);
            }
            client.ping();
            for (int stream : streams) {
                assertThat(client.whole(stream).heads).hasSize(1);
                while (client.answer(stream).reset < 0) {
                    assertThat(client.read()).isTrue();
                }
            }
            for (int stream : streams) {
                client.send(small(stream, 600, 100));
            }
            assertThat(client.alive()).isTrue();
            assertThat(client.goAway).isNull();
        }
    }

    @Test
    void whatFollowsAResetIsBounded() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.head());
                FrameClient client = hasty(member.port())) {
            int stream = client.post("/");
            while (client.answer(stream).reset < 0) {
                assertThat(client.read()).isTrue();
            }
            for (int i = 0; i < 40 && client.goAway == null; i++) {
                client.send(small(stream, 1_000, 5));
                client.ping();
            }
            endedAsAFlood(client);
        }
    }

    private static byte[] small(int stream, int frames, int length) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < frames; i++) {
            all.writeBytes(FrameClient.encoded(DATA, 0, stream, new byte[length]));
        }
        return all.toByteArray();
    }

    /** Two windows and a PING for each, without a look at how much has come. */
    @Test
    void aClientThatOpensItsWindowsByEachFrameKeepsItsConnection() throws IOException {
        int messages = 3_000;
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < messages; i++) {
                wire.send("5\r\nhello\r\n");
            }
            wire.send("0\r\n\r\n");
            wire.head();
        }); FrameClient client = client(member.port())) {
            FrameAnswer answer = client.answer(client.get("/"));
            while (!answer.ended) {
                assertThat(client.read()).isTrue();
                client.send(FrameClient.encoded(PING, 0, 0, new byte[8]));
            }
            assertThat(answer.size()).isEqualTo(5 * messages);
            assertThat(client.alive()).isTrue();
        }
    }

    /** Resets that a member is to blame for are no fault of a client that serves many. */
    @Test
    void aClientWhoseMembersFailKeepsItsConnection() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx");
        }); FrameClient client = client(member.port())) {
            for (int i = 0; i < 1_100; i++) {
                assertThat(client.whole(client.get("/")).reset)
                        .isEqualTo((int) Http2Error.INTERNAL_ERROR.code());
            }
            assertThat(client.goAway).isNull();
        }
    }
}
