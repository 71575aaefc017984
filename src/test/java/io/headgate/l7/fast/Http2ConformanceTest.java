package io.headgate.l7.fast;

import static io.headgate.testing.FrameClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 9113 and RFC 7541, section by section: what the other side sends as raw frames, and what it is
 * answered. No case waits for time: a PING comes back when all before it is processed.
 */
class Http2ConformanceTest {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int UNKNOWN = 0x16;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITIZED = 0x20;
    /** Of a head that is all of a request. */
    private static final int WHOLE = END_STREAM | END_HEADERS;

    /** Of the member on the fast lane, and of the slow lane. */
    private static final List<String> LANES = List.of("/", "/slow/x");

    private static final Gateway GATEWAY = Gateway.http2(Gateway.LIMITS);
    private static final ScriptedMember MEMBER = ScriptedMember.answering(Http2Fixture.OK);

    /** What the client does. */
    interface Script {

        void run(FrameClient client) throws IOException;
    }

    /** What must become of it. */
    interface Expected {

        void check(FrameClient client) throws IOException;
    }

    @BeforeAll
    static void begin() {
        GATEWAY.members(MEMBER.port());
    }

    @AfterAll
    static void end() {
        GATEWAY.close();
        MEMBER.close();
    }

    // Expectations

    /** The connection ends with one of these errors. */
    private static Expected connection(Http2Error... errors) {
        return client -> {
            client.drain();
            String end = String.valueOf(client.goAway);
            assertThat(errors).as(end).anyMatch(each -> end.endsWith(" error " + each.code()));
        };
    }

    /** The stream is reset with one of these errors, and nothing else happens. */
    private static Expected stream(int stream, Http2Error... errors) {
        return client -> {
            assertThat(client.alive()).as("alive; %s", client.goAway).isTrue();
            FrameAnswer answer = client.whole(stream);
            assertThat(errors).as("reset with %s, %s", answer.reset, answer.head())
                    .anyMatch(each -> answer.reset == (int) each.code());
            goesOn().check(client);
        };
    }

    /** A malformed request (RFC 9113, 8.1.1) may be answered before its stream is reset. */
    private static Expected malformed(int stream) {
        return client -> {
            FrameAnswer answer = client.whole(stream);
            assertThat(answer.reset == (int) Http2Error.PROTOCOL_ERROR.code() || answer.status() == 400)
                    .as("reset with %s, %s", answer.reset, answer.head()).isTrue();
            goesOn().check(client);
        };
    }

    private static Expected answered(int stream, int status) {
        return client -> {
            FrameAnswer answer = client.whole(stream);
            assertThat(answer.status()).as("status; %s %s", answer.reset, client.goAway).isEqualTo(status);
            goesOn().check(client);
        };
    }

    /** Nothing happens, and requests are served. */
    private static Expected goesOn() {
        return client -> {
            assertThat(client.alive()).as("alive; %s", client.goAway).isTrue();
            assertThat(client.goAway).isNull();
            client.send(encoded(HEADERS, WHOLE, 1001, get("/")));
            assertThat(client.whole(1001).status()).isEqualTo(200);
        };
    }

    // Head blocks

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return all;
    }

    /** A field that is not added to the table, with a new name. */
    private static byte[] field(String name, String value) {
        return joined(new byte[]{0, (byte) name.length()}, name.getBytes(StandardCharsets.ISO_8859_1),
                new byte[]{(byte) value.length()}, value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] fields(String... namesAndValues) {
        byte[] all = new byte[0];
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all = joined(all, field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return all;
    }

    private static byte[] get(String path, String... more) {
        return joined(fields(FrameClient.request("GET", path)), fields(more));
    }

    private static byte[] post(String path, String... more) {
        return joined(fields(FrameClient.request("POST", path)), fields(more));
    }

    private static byte[] number(long value) {
        return new byte[]{(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }

    private static byte[] setting(int name, long value) {
        return joined(new byte[]{(byte) (name >>> 8), (byte) name}, number(value));
    }

    // Scripts

    private static Script frames(byte[]... frames) {
        return client -> client.send(joined(frames));
    }

    /** These, and all that was sent before is answered. */
    private static Script answeredFirst(byte[]... frames) {
        return client -> {
            client.send(encoded(HEADERS, WHOLE, 1, get("/")));
            assertThat(client.whole(1).status()).isEqualTo(200);
            client.send(joined(frames));
        };
    }

    private static Arguments at(String section, Script script, Expected expected) {
        return Arguments.of(section, script, expected);
    }

    private static List<Arguments> onBothLanes(String section, java.util.function.Function<String, Script> to,
            Expected expected) {
        return LANES.stream().map(path -> at(section + ", " + path, to.apply(path), expected)).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"preface", "framing", "streams", "data", "headers", "priority", "resets", "settings",
            "push", "pings", "goAways", "windows", "continuations", "requests", "malformedHeads",
            "contentLengths", "compression"})
    void asTheStandardSays(String section, Script script, Expected expected) throws IOException {
        try (FrameClient client = section.startsWith("3.4")
                ? FrameClient.silent(GATEWAY.server.port())
                : new FrameClient(GATEWAY.server.port())) {
            script.run(client);
            expected.check(client);
        }
    }

    // RFC 9113, 3: starting

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(
            StandardCharsets.US_ASCII);

    static Stream<Arguments> preface() {
        byte[] settings = encoded(SETTINGS, 0, 0, new byte[0]);
        return Stream.of(
                at("3.4 the preface and SETTINGS", frames(PREFACE, settings), goesOn()),
                at("3.4 SETTINGS with all values", frames(PREFACE, encoded(SETTINGS, 0, 0, joined(
                        setting(1, 4096), setting(2, 0), setting(3, 100), setting(4, 65_535), setting(5,
                                16_384),
                        setting(6, 100_000)))), goesOn()),
                at("3.4 the preface byte by byte", client -> {
                    for (byte each : joined(PREFACE, settings)) {
                        client.send(new byte[]{each});
                    }
                }, goesOn()),
                at("3.4 the first frame is no SETTINGS", frames(PREFACE, encoded(PING, 0, 0, new byte[8])),
                        connection(Http2Error.PROTOCOL_ERROR)),
                at("3.4 the first frame is an acknowledgement", frames(PREFACE, encoded(SETTINGS, ACK, 0,
                        new byte[0])), connection(Http2Error.PROTOCOL_ERROR)),
                at("3.4 the first frame is a request", frames(PREFACE, encoded(HEADERS, WHOLE, 1, get("/"))),
                        connection(Http2Error.PROTOCOL_ERROR)),
                at("3.4 no preface", frames("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".getBytes(
                        StandardCharsets.US_ASCII)), client -> {
                            client.drainRaw();
                        }));
    }

    // 4: frames

    static Stream<Arguments> framing() {
        return Stream.of(
                at("4.1 a frame of an unknown type", frames(encoded(UNKNOWN, 0, 0, new byte[8])), goesOn()),
                at("4.1 one of an open stream", frames(encoded(HEADERS, END_HEADERS, 1, post("/")),
                        encoded(UNKNOWN, 0xff, 1, new byte[8]), encoded(DATA, END_STREAM, 1, new byte[2])),
                        answered(1, 200)),
                at("4.1 undefined flags of PING", frames(encoded(PING, 0xfe, 0, new byte[8])), goesOn()),
                at("4.1 undefined flags of HEADERS", frames(encoded(HEADERS, WHOLE | 0x12, 1, get("/"))),
                        answered(1, 200)),
                at("4.1 the reserved bit", frames(encoded(HEADERS, WHOLE, 1 | 1 << 31, get("/"))),
                        answered(1, 200)),
                at("4.1 the reserved bit of stream 0", frames(encoded(PING, 0, 1 << 31, new byte[8])),
                        goesOn()),
                at("4.2 DATA of the largest size", frames(encoded(HEADERS, END_HEADERS, 1, post("/")),
                        encoded(DATA, END_STREAM, 1, new byte[16_384])), answered(1, 200)),
                at("4.2 DATA that is too large", frames(encoded(HEADERS, END_HEADERS, 1, post("/")),
                        encoded(DATA, END_STREAM, 1, new byte[16_385])),
                        connection(
                                Http2Error.FRAME_SIZE_ERROR)),
                at("4.2 HEADERS that are too large", frames(encoded(HEADERS, WHOLE, 1, joined(get("/"),
                        new byte[16_384]))), connection(Http2Error.FRAME_SIZE_ERROR)),
                at("4.2 an unknown frame that is too large", frames(encoded(UNKNOWN, 0, 0,
                        new byte[16_385])), connection(Http2Error.FRAME_SIZE_ERROR)),
                at("4.2 SETTINGS that are too large", frames(encoded(SETTINGS, 0, 0, new byte[6 * 2731])),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("4.3 a block that cannot be decoded", frames(encoded(HEADERS, WHOLE, 1, bytes("00 01"))),
                        connection(Http2Error.COMPRESSION_ERROR)),
                at("4.3 PRIORITY within a block", frames(encoded(HEADERS, END_STREAM, 1, get("/")), encoded(
                        PRIORITY, 0, 1, new byte[]{0, 0, 0, 0, 9})), connection(Http2Error.PROTOCOL_ERROR)),
                at("4.3 HEADERS of another stream within a block", frames(encoded(HEADERS, END_STREAM, 1,
                        get("/")), encoded(HEADERS, WHOLE, 3, get("/"))), connection(
                                Http2Error.PROTOCOL_ERROR)),
                at("4.3 a block of a closed stream changes the table", client -> {
                    client.send(joined(encoded(HEADERS, END_HEADERS, 1, post("/")), encoded(RST_STREAM, 0, 1,
                            number(8))));
                    client.send(joined(encoded(HEADERS, WHOLE, 3, joined(fields(FrameClient.request("GET",
                            "/")), bytes("40 01 61 01 62"))), encoded(HEADERS, WHOLE, 5, joined(get("/"),
                                    bytes("be")))));
                    assertThat(client.whole(3).status()).isEqualTo(200);
                }, answered(5, 200)));
    }

    // 5: streams

    static Stream<Arguments> streams() {
        byte[] open = encoded(HEADERS, END_HEADERS, 1, post("/"));
        byte[] ended = encoded(HEADERS, WHOLE, 1, get("/"));
        byte[] reset = encoded(RST_STREAM, 0, 1, number(Http2Error.CANCEL.code()));
        return Stream.of(
                at("5.1 idle: DATA", frames(encoded(DATA, END_STREAM, 1, new byte[1])), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("5.1 idle: RST_STREAM", frames(reset), connection(Http2Error.PROTOCOL_ERROR)),
                at("5.1 idle: WINDOW_UPDATE", frames(encoded(WINDOW_UPDATE, 0, 1, number(100))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("5.1 idle: CONTINUATION", frames(encoded(CONTINUATION, END_HEADERS, 1, get("/"))),
                        connection(Http2Error.PROTOCOL_ERROR)),
                at("5.1 idle: PRIORITY", frames(encoded(PRIORITY, 0, 1, new byte[]{0, 0, 0, 0, 9})),
                        goesOn()),
                at("5.1 half-closed: DATA", frames(ended, encoded(DATA, END_STREAM, 1, new byte[1])), stream(
                        1, Http2Error.STREAM_CLOSED)),
                at("5.1 half-closed: HEADERS", frames(ended, ended), stream(1, Http2Error.STREAM_CLOSED,
                        Http2Error.PROTOCOL_ERROR)),
                at("5.1 half-closed: CONTINUATION", frames(ended, encoded(CONTINUATION, END_HEADERS, 1, get(
                        "/"))), connection(Http2Error.STREAM_CLOSED, Http2Error.PROTOCOL_ERROR)),
                at("5.1 half-closed: WINDOW_UPDATE and PRIORITY", frames(ended, encoded(WINDOW_UPDATE, 0, 1,
                        number(9)), encoded(PRIORITY, 0, 1, new byte[]{0, 0, 0, 0, 9})), answered(1, 200)),
                at("5.1 reset: DATA", client -> {
                    client.send(joined(open, reset));
                    client.ping();
                    client.send(encoded(DATA, END_STREAM, 1, new byte[1]));
                }, stream(1, Http2Error.STREAM_CLOSED)),
                at("5.1 reset: HEADERS", client -> {
                    client.send(joined(open, reset));
                    client.ping();
                    client.send(ended);
                }, stream(1, Http2Error.STREAM_CLOSED)), // and not the connection: docs/strictness.md
                at("5.1 reset: CONTINUATION", frames(open, reset, encoded(CONTINUATION, END_HEADERS, 1, get(
                        "/"))), connection(Http2Error.STREAM_CLOSED, Http2Error.PROTOCOL_ERROR)),
                at("5.1 closed: DATA", answeredFirst(encoded(DATA, END_STREAM, 1, new byte[1])), client -> {
                    client.ping();
                    assertThat(client.answer(1).reset).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
                }),
                at("5.1 closed: HEADERS", answeredFirst(ended), client -> {
                    client.ping();
                    assertThat(client.answer(1).reset).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
                }),
                at("5.1 closed: CONTINUATION", answeredFirst(encoded(CONTINUATION, END_HEADERS, 1, get("/"))),
                        connection(Http2Error.STREAM_CLOSED, Http2Error.PROTOCOL_ERROR)),
                at("5.1 closed: WINDOW_UPDATE, RST_STREAM and PRIORITY", answeredFirst(encoded(WINDOW_UPDATE,
                        0, 1, number(9)), reset, encoded(PRIORITY, 0, 1, new byte[]{0, 0, 0, 0, 9})),
                        goesOn()),
                at("5.1 reset by us: what was under way", client -> {
                    client.send(joined(open, encoded(WINDOW_UPDATE, 0, 1, number(0))));
                    assertThat(client.whole(1).reset).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
                    client.answer(1).reset = -1;
                    client.send(joined(encoded(DATA, 0, 1, new byte[100]), encoded(WINDOW_UPDATE, 0, 1,
                            number(9)), encoded(HEADERS, WHOLE, 1, field("a", "b"))));
                    client.ping();
                    assertThat(client.answer(1).reset).isEqualTo(-1);
                }, goesOn()),
                at("5.1.1 an even stream", frames(encoded(HEADERS, WHOLE, 2, get("/"))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("5.1.1 a stream before the last", frames(encoded(HEADERS, WHOLE, 5, get("/")), encoded(
                        HEADERS, WHOLE, 3, get("/"))), stream(3, Http2Error.STREAM_CLOSED)),
                at("5.1.1 streams may be left out", frames(encoded(HEADERS, WHOLE, 5, get("/")), encoded(
                        HEADERS, WHOLE, 99, get("/"))), answered(99, 200)),
                at("5.1.1 the last stream there is", frames(encoded(HEADERS, WHOLE, Integer.MAX_VALUE, get(
                        "/"))),
                        client -> assertThat(client.whole(Integer.MAX_VALUE).status()).isEqualTo(200)),
                at("5.1.2 one stream too many", client -> {
                    for (int i = 0; i < 100; i++) {
                        client.send(encoded(HEADERS, END_HEADERS, 2 * i + 1, post("/slow/x")));
                    }
                    client.send(encoded(HEADERS, WHOLE, 201, get("/")));
                    assertThat(client.whole(201).reset).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
                    client.send(encoded(DATA, END_STREAM, 1, new byte[0]));
                }, client -> assertThat(client.whole(1).status()).isEqualTo(200)),
                at("5.4.1 a GOAWAY comes before the end", frames(encoded(PING, 0, 0, new byte[6])),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("5.4.2 one stream's error is no other's", client -> {
                    client.send(joined(encoded(HEADERS, END_HEADERS, 1, post("/")), encoded(HEADERS,
                            END_HEADERS, 3, post("/")), encoded(WINDOW_UPDATE, 0, 3, number(0)),
                            encoded(DATA,
                                    END_STREAM, 1, new byte[1])));
                    assertThat(client.whole(3).reset).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
                }, answered(1, 200)),
                at("5.5 an unknown frame within a block", frames(encoded(HEADERS, END_STREAM, 1, get("/")),
                        encoded(UNKNOWN, 0, 0, new byte[8])), connection(Http2Error.PROTOCOL_ERROR)));
    }

    // 6.1 DATA

    static Stream<Arguments> data() {
        byte[] open = encoded(HEADERS, END_HEADERS, 1, post("/"));
        List<Arguments> all = new ArrayList<>(List.of(
                at("6.1 DATA of stream 0", frames(encoded(DATA, 0, 0, new byte[1])), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.1 more padding than content", frames(open, encoded(DATA, PADDED | END_STREAM, 1,
                        new byte[]{6, 1, 2})), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.1 as much padding as content", frames(open, encoded(DATA, PADDED | END_STREAM, 1,
                        new byte[]{3, 1, 2})), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.1 padding without its length", frames(open, encoded(DATA, PADDED | END_STREAM, 1,
                        new byte[0])), client -> {
                            client.whole(1);
                            assertThat(client.goAway != null || client.answer(1).reset >= 0).isTrue();
                        }),
                at("6.1 nothing but padding", frames(open, encoded(DATA, PADDED | END_STREAM, 1, new byte[]{2,
                        0, 0})), answered(1, 200)),
                at("6.1 padding that is not zero", frames(open, encoded(DATA, PADDED | END_STREAM, 1,
                        new byte[]{2, 'x', 1, 1})), answered(1, 200))));
        all.addAll(onBothLanes("6.1 DATA in two frames with padding", path -> frames(encoded(HEADERS,
                END_HEADERS, 1, post(path, "content-length", "3")),
                encoded(DATA, PADDED, 1, new byte[]{1,
                        'a', 'b', 0}),
                encoded(DATA, END_STREAM, 1, new byte[]{'c'})), client -> {
                    FrameAnswer answer = client.whole(1);
                    assertThat(answer.body()).isIn("ok", "slow /slow/x abc");
                }));
        return all.stream();
    }

    // 6.2 HEADERS

    static Stream<Arguments> headers() {
        return Stream.of(
                at("6.2 HEADERS of stream 0", frames(encoded(HEADERS, WHOLE, 0, get("/"))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.2 more padding than content", frames(encoded(HEADERS, WHOLE | PADDED, 1, joined(
                        new byte[]{(byte) 200}, get("/")))), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.2 padding and priority", frames(encoded(HEADERS, WHOLE | PADDED | PRIORITIZED, 1,
                        joined(new byte[]{4, 0, 0, 0, 0, 9}, get("/"), new byte[4]))), answered(1, 200)),
                at("6.2 no room for the priority", frames(encoded(HEADERS, WHOLE | PRIORITIZED, 1,
                        new byte[3])), connection(Http2Error.FRAME_SIZE_ERROR, Http2Error.PROTOCOL_ERROR)),
                at("6.2 no room for the length of padding", frames(encoded(HEADERS, WHOLE | PADDED, 1,
                        new byte[0])), connection(Http2Error.FRAME_SIZE_ERROR, Http2Error.PROTOCOL_ERROR)),
                at("6.2 DATA within a block", frames(encoded(HEADERS, 0, 1, get("/")), encoded(DATA,
                        END_STREAM, 1, new byte[1])), connection(Http2Error.PROTOCOL_ERROR)));
    }

    // 5.3, 6.3 PRIORITY

    static Stream<Arguments> priority() {
        byte[] open = encoded(HEADERS, END_HEADERS, 1, post("/"));
        return Stream.of(
                at("5.3.1 HEADERS that depend on their stream", frames(encoded(HEADERS, WHOLE | PRIORITIZED,
                        1, joined(new byte[]{0, 0, 0, 1, 9}, get("/")))), connection(
                                Http2Error.PROTOCOL_ERROR)), // and not the stream
                at("6.3 PRIORITY of stream 0", frames(encoded(PRIORITY, 0, 0, new byte[5])), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.3 PRIORITY of another length", frames(open, encoded(PRIORITY, 0, 1, new byte[4])),
                        stream(1, Http2Error.FRAME_SIZE_ERROR)),
                at("6.3 PRIORITY of an open stream", frames(open, encoded(PRIORITY, 0, 1, new byte[]{
                        (byte) 0x80, 0, 0, 3, 9}), encoded(DATA, END_STREAM, 1, new byte[1])), answered(1,
                                200)));
    }

    // 6.4 RST_STREAM

    static Stream<Arguments> resets() {
        byte[] open = encoded(HEADERS, END_HEADERS, 1, post("/"));
        return Stream.of(
                at("6.4 RST_STREAM of stream 0", frames(encoded(RST_STREAM, 0, 0, number(8))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.4 RST_STREAM of another length", frames(open, encoded(RST_STREAM, 0, 1, new byte[3])),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("6.4 RST_STREAM with an unknown error", frames(open, encoded(RST_STREAM, 0, 1, number(
                        0xff))), goesOn()),
                at("6.4 RST_STREAM twice", frames(open, encoded(RST_STREAM, 0, 1, number(8)), encoded(
                        RST_STREAM, 0, 1, number(8))), goesOn()));
    }

    // 6.5 SETTINGS

    static Stream<Arguments> settings() {
        return Stream.of(
                at("6.5 an acknowledgement with content", frames(encoded(SETTINGS, ACK, 0, setting(1, 1))),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("6.5 SETTINGS of a stream", frames(encoded(SETTINGS, 0, 1, setting(3, 100))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.5 SETTINGS of another length", frames(encoded(SETTINGS, 0, 0, new byte[3])),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("6.5.2 ENABLE_PUSH of 2", frames(encoded(SETTINGS, 0, 0, setting(2, 2))), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.5.2 INITIAL_WINDOW_SIZE that is too large", frames(encoded(SETTINGS, 0, 0, setting(4,
                        0x8000_0000L))), connection(Http2Error.FLOW_CONTROL_ERROR)),
                at("6.5.2 MAX_FRAME_SIZE that is too small", frames(encoded(SETTINGS, 0, 0, setting(5,
                        16_383))), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.5.2 MAX_FRAME_SIZE that is too large", frames(encoded(SETTINGS, 0, 0, setting(5,
                        16_777_216))), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.5.2 an unknown setting", frames(encoded(SETTINGS, 0, 0, setting(0xff, 1))), goesOn()),
                at("6.5.2 MAX_CONCURRENT_STREAMS of 0", frames(encoded(SETTINGS, 0, 0, setting(3, 0))),
                        goesOn()),
                at("6.5.2 HEADER_TABLE_SIZE of 0", frames(encoded(SETTINGS, 0, 0, setting(1, 0))), goesOn()),
                at("6.5.3 of values for one setting the last counts", client -> {
                    client.send(joined(encoded(SETTINGS, 0, 0, joined(setting(4, 100), setting(4, 1))),
                            encoded(HEADERS, WHOLE, 1, get("/"))));
                    client.stalls = true;
                    while (client.answer(1).size() < 1) {
                        assertThat(client.read()).isTrue();
                    }
                    client.ping();
                    assertThat(client.answer(1).size()).isEqualTo(1);
                }, client -> client.close()),
                at("6.5.3 SETTINGS are acknowledged", client -> {
                    client.ping();
                    int before = client.acknowledged;
                    client.send(joined(encoded(SETTINGS, 0, 0, new byte[0]), encoded(SETTINGS, 0, 0, setting(
                            3, 100))));
                    client.ping();
                    assertThat(client.acknowledged).isEqualTo(before + 2);
                }, goesOn()));
    }

    // 6.6 and 8.4 PUSH_PROMISE

    static Stream<Arguments> push() {
        return Stream.of(at("8.4 a client cannot push", frames(encoded(HEADERS, END_HEADERS, 1, post("/")),
                encoded(PUSH_PROMISE, END_HEADERS, 1, joined(number(2), get("/")))),
                connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.6 PUSH_PROMISE of stream 0", frames(encoded(PUSH_PROMISE, END_HEADERS, 0, joined(number(
                        2), get("/")))), connection(Http2Error.PROTOCOL_ERROR)));
    }

    // 6.7 PING

    static Stream<Arguments> pings() {
        return Stream.of(
                at("6.7 PING comes back with its content", client -> {
                    client.send(encoded(PING, 0, 0, bytes("0102030405060708")));
                    while (client.lastPong != 0x0102030405060708L) {
                        assertThat(client.read()).isTrue();
                    }
                }, goesOn()),
                at("6.7 an answer to a PING is not answered", client -> {
                    client.send(encoded(PING, ACK, 0, bytes("0102030405060708")));
                    client.ping();
                    assertThat(client.pongs()).isEqualTo(1);
                }, goesOn()),
                at("6.7 PING of a stream", frames(encoded(PING, 0, 1, new byte[8])), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.7 PING of another length", frames(encoded(PING, 0, 0, new byte[9])), connection(
                        Http2Error.FRAME_SIZE_ERROR)));
    }

    // 6.8 GOAWAY

    static Stream<Arguments> goAways() {
        return Stream.of(
                at("6.8 GOAWAY of a stream", frames(encoded(GOAWAY, 0, 1, new byte[8])), connection(
                        Http2Error.PROTOCOL_ERROR)),
                at("6.8 GOAWAY that is too short", frames(encoded(GOAWAY, 0, 0, new byte[7])), connection(
                        Http2Error.FRAME_SIZE_ERROR)),
                at("6.8 what was under way is answered", frames(encoded(HEADERS, END_HEADERS, 1, post("/")),
                        encoded(GOAWAY, 0, 0, joined(number(0), number(0), "bye".getBytes(
                                StandardCharsets.US_ASCII))),
                        encoded(DATA, END_STREAM, 1, new byte[1])),
                        client -> assertThat(client.whole(1).status()).isEqualTo(200)),
                at("7 GOAWAY with an unknown error", frames(encoded(HEADERS, WHOLE, 1, get("/")), encoded(
                        GOAWAY, 0, 0, joined(number(0), number(0xff)))),
                        client -> assertThat(client.whole(1)
                                .status()).isEqualTo(200)));
    }

    // 5.2 and 6.9 WINDOW_UPDATE

    static Stream<Arguments> windows() {
        byte[] open = encoded(HEADERS, END_HEADERS, 1, post("/slow/x"));
        List<Arguments> all = new ArrayList<>(List.of(
                at("6.9 an increment of 0 for the connection", frames(encoded(WINDOW_UPDATE, 0, 0, number(
                        0))), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.9 an increment of 0 for a stream", frames(open, encoded(WINDOW_UPDATE, 0, 1, number(
                        0))), stream(1, Http2Error.PROTOCOL_ERROR)),
                at("6.9 the reserved bit of an increment", frames(encoded(WINDOW_UPDATE, 0, 0, number(
                        0x8000_0001L))), goesOn()),
                at("6.9 WINDOW_UPDATE of another length", frames(encoded(WINDOW_UPDATE, 0, 0, new byte[3])),
                        connection(Http2Error.FRAME_SIZE_ERROR)),
                at("6.9.1 more than 2^31-1 for the connection", frames(encoded(WINDOW_UPDATE, 0, 0, number(
                        0x7fff_ffff)), encoded(WINDOW_UPDATE, 0, 0, number(0x7fff_ffff))), connection(
                                Http2Error.FLOW_CONTROL_ERROR)),
                at("6.9.1 more than 2^31-1 for a stream", frames(open, encoded(WINDOW_UPDATE, 0, 1, number(
                        0x7fff_ffff)), encoded(WINDOW_UPDATE, 0, 1, number(0x7fff_ffff))), stream(1,
                                Http2Error.FLOW_CONTROL_ERROR)),
                at("6.9.2 INITIAL_WINDOW_SIZE of 0, then of more", client -> {
                    client.send(joined(encoded(SETTINGS, 0, 0, setting(4, 0)), encoded(HEADERS, WHOLE, 1, get(
                            "/"))));
                    client.ping();
                    while (client.answer(1).heads.isEmpty()) {
                        assertThat(client.read()).isTrue();
                    }
                    client.ping();
                    assertThat(client.answer(1).size()).isZero();
                    client.send(encoded(SETTINGS, 0, 0, setting(4, 9)));
                }, answered(1, 200)),
                at("6.9.2 a window that is negative", client -> {
                    client.stalls = true;
                    client.send(joined(encoded(SETTINGS, 0, 0, setting(4, 1)), encoded(HEADERS, WHOLE, 1, get(
                            "/"))));
                    while (client.answer(1).size() < 1) {
                        assertThat(client.read()).isTrue();
                    }
                    client.send(joined(encoded(SETTINGS, 0, 0, setting(4, 0)), encoded(WINDOW_UPDATE, 0, 1,
                            number(1))));
                    client.ping();
                    assertThat(client.answer(1).size()).isEqualTo(1);
                    client.send(encoded(WINDOW_UPDATE, 0, 1, number(1)));
                }, client -> assertThat(client.whole(1).body()).isEqualTo("ok")),
                at("6.9.2 INITIAL_WINDOW_SIZE that makes a window too large", frames(open, encoded(
                        WINDOW_UPDATE, 0, 1, number(0x7fff_0000)),
                        encoded(SETTINGS, 0, 0, setting(4,
                                0x7fff_ffffL))),
                        stream(1, Http2Error.FLOW_CONTROL_ERROR)))); // not all
        all.addAll(onBothLanes("6.9.1 a window of one byte", path -> client -> {
            client.stalls = true;
            client.send(joined(encoded(SETTINGS, 0, 0, setting(4, 1)), encoded(HEADERS, WHOLE, 1, get(
                    path))));
            while (client.answer(1).size() < 1) {
                assertThat(client.read()).isTrue();
            }
            client.ping();
            assertThat(client.answer(1).size()).isEqualTo(1);
            client.send(encoded(WINDOW_UPDATE, 0, 1, number(100)));
        }, client -> assertThat(client.whole(1).body()).isIn("ok", "slow /slow/x ")));
        return all.stream();
    }

    // 6.10 CONTINUATION

    static Stream<Arguments> continuations() {
        byte[] head = get("/");
        byte[] first = Arrays.copyOf(head, 5);
        byte[] second = Arrays.copyOfRange(head, 5, 9);
        List<Arguments> all = new ArrayList<>(List.of(
                at("6.10 CONTINUATION of stream 0", frames(encoded(HEADERS, END_STREAM, 1, first), encoded(
                        CONTINUATION, END_HEADERS, 0, second)), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.10 CONTINUATION of another stream", frames(encoded(HEADERS, END_STREAM, 1, first),
                        encoded(CONTINUATION, END_HEADERS, 3, second)),
                        connection(
                                Http2Error.PROTOCOL_ERROR)),
                at("6.10 after HEADERS that are whole", frames(encoded(HEADERS, END_HEADERS, 1, head),
                        encoded(CONTINUATION, END_HEADERS, 1, field("a", "b"))),
                        connection(
                                Http2Error.PROTOCOL_ERROR)),
                at("6.10 after the last CONTINUATION", frames(encoded(HEADERS, 0, 1, head), encoded(
                        CONTINUATION, END_HEADERS, 1, new byte[0]),
                        encoded(CONTINUATION, END_HEADERS, 1,
                                new byte[0])),
                        connection(Http2Error.PROTOCOL_ERROR)),
                at("6.10 after DATA", frames(encoded(HEADERS, END_HEADERS, 1, head), encoded(DATA, 0, 1,
                        new byte[1]), encoded(CONTINUATION, END_HEADERS, 1, new byte[0])), connection(
                                Http2Error.PROTOCOL_ERROR)),
                at("6.10 PING within a block", frames(encoded(HEADERS, END_STREAM, 1, first), encoded(PING, 0,
                        0, new byte[8])), connection(Http2Error.PROTOCOL_ERROR)),
                at("6.10 empty parts", frames(encoded(HEADERS, END_STREAM, 1, new byte[0]), encoded(
                        CONTINUATION, 0, 1, head), encoded(CONTINUATION, END_HEADERS, 1, new byte[0])),
                        answered(1, 200))));
        all.addAll(onBothLanes("6.10 a block in three parts", path -> {
            byte[] whole = get(path);
            return frames(encoded(HEADERS, END_STREAM, 1, Arrays.copyOf(whole, 5)), encoded(CONTINUATION, 0,
                    1, Arrays.copyOfRange(whole, 5, 9)),
                    encoded(CONTINUATION, END_HEADERS, 1, Arrays
                            .copyOfRange(whole, 9, whole.length)));
        }, answered(1, 200)));
        return all.stream();
    }

    // 8: requests

    static Stream<Arguments> requests() {
        List<Arguments> all = new ArrayList<>();
        for (String method : List.of("GET", "HEAD", "OPTIONS", "DELETE", "PATCH")) {
            all.addAll(onBothLanes("8.1 " + method, path -> frames(encoded(HEADERS, WHOLE, 1, fields(
                    FrameClient.request(method, path)))), answered(1, 200)));
        }
        all.addAll(onBothLanes("8.1 POST with an empty frame at its end", path -> frames(encoded(HEADERS,
                END_HEADERS, 1, post(path)), encoded(DATA, 0, 1, new byte[5]),
                encoded(DATA, END_STREAM, 1,
                        new byte[0])),
                answered(1, 200)));
        all.addAll(onBothLanes("8.1 POST with trailers", path -> frames(encoded(HEADERS, END_HEADERS, 1, post(
                path)), encoded(DATA, 0, 1, new byte[5]), encoded(HEADERS, WHOLE, 1, field("x-sum", "5"))),
                answered(1, 200)));
        all.addAll(onBothLanes("8.2.3 cookies apart", path -> frames(encoded(HEADERS, WHOLE, 1, get(path,
                "cookie", "a=1", "cookie", "b=2"))), answered(1, 200)));
        all.addAll(onBothLanes("8.2.2 te: trailers", path -> frames(encoded(HEADERS, WHOLE, 1, get(path, "te",
                "trailers"))), answered(1, 200)));
        all.addAll(onBothLanes("8.3.1 no :authority, but Host", path -> frames(encoded(HEADERS, WHOLE, 1,
                fields(":method", "GET", ":scheme", "http", ":path", path, "host", "h"))), answered(1, 200)));
        all.addAll(onBothLanes("8.3.1 :authority and an equal Host", path -> frames(encoded(HEADERS, WHOLE, 1,
                get(path, "host", "h"))), answered(1, 200)));
        all.addAll(onBothLanes("8.1 trailers that do not end the stream", path -> frames(encoded(HEADERS,
                END_HEADERS, 1, post(path)), encoded(HEADERS, END_HEADERS, 1, field("x-sum", "5"))),
                malformed(
                        1)));
        all.add(at("8.1 no more after trailers", frames(encoded(HEADERS, END_HEADERS, 1, post("/slow/x")),
                encoded(HEADERS, WHOLE, 1, field("x-sum", "5")), encoded(DATA, END_STREAM, 1, new byte[1])),
                client -> {
                    client.ping();
                    FrameAnswer answer = client.whole(1);
                    client.ping();
                    assertThat(answer.reset).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
                }));
        all.add(at("8.5 CONNECT is not served", frames(encoded(HEADERS, WHOLE, 1, fields(":method", "CONNECT",
                ":authority", "h:1"))), answered(1, 400)));
        return all.stream();
    }

    static Stream<Arguments> malformedHeads() {
        List<Arguments> all = new ArrayList<>();
        for (String[] more : List.of(
                new String[]{"8.2 upper case in a name", "X-Upper", "1"},
                new String[]{"8.2.1 a space in a name", "x y", "1"},
                new String[]{"8.2.1 a colon in a name", "x:y", "1"},
                new String[]{"8.2.1 no name", "", "1"},
                new String[]{"8.2.1 a control character in a name", "x\u0001", "1"},
                new String[]{"8.2.1 a byte above 0x7f in a name", "x\u00e9", "1"},
                new String[]{"8.2.1 NUL in a value", "x-a", "a\0b"},
                new String[]{"8.2.1 a line feed in a value", "x-a", "a\nb"},
                new String[]{"8.2.1 a carriage return in a value", "x-a", "a\rb"},
                new String[]{"8.2.1 a space before a value", "x-a", " b"},
                new String[]{"8.2.2 connection", "connection", "keep-alive"},
                new String[]{"8.2.2 proxy-connection", "proxy-connection", "keep-alive"},
                new String[]{"8.2.2 keep-alive", "keep-alive", "5"},
                new String[]{"8.2.2 transfer-encoding", "transfer-encoding", "chunked"},
                new String[]{"8.2.2 upgrade", "upgrade", "h2c"},
                new String[]{"8.2.2 te other than trailers", "te", "trailers, deflate;q=0.5"},
                new String[]{"8.3 a pseudo-header after a field", ":scheme", "http"},
                new String[]{"8.3 an undefined pseudo-header", ":test", "ok"},
                new String[]{"8.3 a pseudo-header of answers", ":status", "200"},
                new String[]{"8.3.1 two paths", ":path", "/two"},
                new String[]{"8.3.1 two methods", ":method", "GET"},
                new String[]{"8.3.1 another host", "host", "other"})) {
            all.addAll(onBothLanes(more[0],
                    path -> frames(encoded(HEADERS, WHOLE, 1, joined(get(path), more[0]
                            .contains("after a field") ? field("x-a", "b") : new byte[0],
                            field(more[1], more[2])))),
                    malformed(1)));
        }
        for (String[] head : List.of(
                new String[]{"8.3.1 no :method", ":scheme", "http", ":path", "/", ":authority", "h"},
                new String[]{"8.3.1 no :scheme", ":method", "GET", ":path", "/", ":authority", "h"},
                new String[]{"8.3.1 no :path", ":method", "GET", ":scheme", "http", ":authority", "h"},
                new String[]{"8.3.1 an empty :path", ":method", "GET", ":scheme", "http", ":path", "",
                        ":authority", "h"},
                new String[]{"8.3.1 a :path without a slash", ":method", "GET", ":scheme", "http", ":path",
                        "x", ":authority", "h"},
                new String[]{"8.3.1 * for GET", ":method", "GET", ":scheme", "http", ":path", "*",
                        ":authority", "h"},
                new String[]{"8.3.1 userinfo", ":method", "GET", ":scheme", "http", ":path", "/",
                        ":authority", "u@h"},
                new String[]{"8.3.1 no host at all", ":method", "GET", ":scheme", "http", ":path", "/"},
                new String[]{"8.3 :status alone", ":status", "200"},
                new String[]{"8.5 CONNECT without :authority", ":method", "CONNECT"},
                new String[]{"8.5 CONNECT with a path", ":method", "CONNECT", ":scheme", "http", ":path", "/",
                        ":authority", "h:1"})) {
            all.add(at(head[0], frames(encoded(HEADERS, WHOLE, 1, fields(Arrays.copyOfRange(head, 1,
                    head.length)))), malformed(1)));
        }
        all.addAll(onBothLanes("8.1 a pseudo-header in trailers", path -> frames(encoded(HEADERS, END_HEADERS,
                1, post(path)), encoded(HEADERS, WHOLE, 1, field(":method", "GET"))), malformed(1)));
        all.addAll(onBothLanes("8.2 upper case in trailers", path -> frames(encoded(HEADERS, END_HEADERS, 1,
                post(path)), encoded(HEADERS, WHOLE, 1, field("X-Sum", "5"))), malformed(1)));
        return all.stream();
    }

    static Stream<Arguments> contentLengths() {
        List<Arguments> all = new ArrayList<>();
        all.addAll(onBothLanes("8.1.1 more than the length says", path -> frames(encoded(HEADERS, END_HEADERS,
                1, post(path, "content-length", "1")), encoded(DATA, END_STREAM, 1, new byte[2])), malformed(
                        1)));
        all.addAll(onBothLanes("8.1.1 more than it in two frames", path -> frames(encoded(HEADERS,
                END_HEADERS, 1, post(path, "content-length", "3")), encoded(DATA, 0, 1, new byte[2]),
                encoded(
                        DATA, END_STREAM, 1, new byte[2])),
                malformed(1)));
        all.addAll(onBothLanes("8.1.1 less than the length says", path -> frames(encoded(HEADERS, END_HEADERS,
                1, post(path, "content-length", "3")), encoded(DATA, END_STREAM, 1, new byte[2])), malformed(
                        1)));
        all.addAll(onBothLanes("8.1.1 less than it before trailers", path -> frames(encoded(HEADERS,
                END_HEADERS, 1, post(path, "content-length", "3")),
                encoded(HEADERS, WHOLE, 1, field("x-sum",
                        "5"))),
                malformed(1)));
        all.addAll(onBothLanes("8.1.1 a length, and no body", path -> frames(encoded(HEADERS, WHOLE, 1, get(
                path, "content-length", "3"))), malformed(1)));
        all.addAll(onBothLanes("8.1.1 two lengths", path -> frames(encoded(HEADERS, END_HEADERS, 1, post(path,
                "content-length", "1", "content-length", "2")), encoded(DATA, END_STREAM, 1, new byte[1])),
                malformed(1)));
        all.addAll(onBothLanes("8.1.1 a length of 0", path -> frames(encoded(HEADERS, WHOLE, 1, post(path,
                "content-length", "0"))), answered(1, 200)));
        return all.stream();
    }

    // RFC 7541

    private static Arguments block(String section, String hex, Expected expected) {
        return at("HPACK " + section, frames(encoded(HEADERS, WHOLE, 1, joined(get("/"), bytes(hex)))),
                expected);
    }

    private static Arguments start(String section, String hex, Expected expected) {
        return at("HPACK " + section, frames(encoded(HEADERS, WHOLE, 1, joined(bytes(hex), get("/")))),
                expected);
    }

    static Stream<Arguments> compression() {
        Expected broken = connection(Http2Error.COMPRESSION_ERROR);
        return Stream.of(
                block("2.3.3 an index beyond the tables", "c6", broken),
                block("2.3.3 a name beyond the tables", "7f07 0161", broken),
                block("6.1 index 0", "80", broken),
                block("6.1 the first of the dynamic table, which is empty", "be", broken),
                block("6.1 an indexed field", "90", answered(1, 200)), // accept-encoding: gzip, deflate
                block("6.2.1 added to the table, and used", "40 01 61 01 62 be", answered(1, 200)),
                block("6.2.1 with a name of the static table", "50 01 61", answered(1, 200)),
                block("6.2.2 with a name of the static table", "0f01 01 61", answered(1, 200)),
                block("6.2.3 never indexed", "10 01 61 01 62", answered(1, 200)),
                block("5.1 an integer in two bytes", "0f 01 01 62", answered(1, 200)),
                block("5.1 an integer with zeros after it", "0f 8180 00 01 62", answered(1, 200)),
                block("5.1 an integer without end", "0f ffffffffffffffffffff", broken),
                block("5.1 an integer that is cut", "0f 80", broken),
                block("5.2 a string that is cut", "00 05 61", broken),
                block("5.2 a value that is missing", "00 01 61", broken),
                block("5.2 Huffman code", "00 01 61 82 1c ff", client -> {
                    client.ping();
                    client.whole(1);
                    assertThat(String.valueOf(client.goAway)).matches("null|.* error 9");
                }),
                block("5.2 a Huffman-coded value", "00 01 61 81 1f", answered(1, 200)), // "a"
                block("5.2 padding of more than seven bits", "00 01 61 82 1f ff", broken),
                block("5.2 padding of zeros", "00 01 61 81 18", broken),
                block("5.2 the end symbol", "00 01 61 84 ff ff ff ff", broken),
                start("4.2 a smaller table", "20", answered(1, 200)),
                start("4.2 two changes of the table", "20 3fe11f", answered(1, 200)),
                start("6.3 a table that is too large", "3fe21f", broken),
                block("4.2 a change at the end of a block", "20", broken),
                at("HPACK 4.3 a table of 0 forgets all", client -> {
                    client.send(encoded(HEADERS, WHOLE, 1, joined(get("/"), bytes("40 01 61 01 62"))));
                    assertThat(client.whole(1).status()).isEqualTo(200);
                    client.send(encoded(HEADERS, WHOLE, 3, joined(bytes("20 3fe11f"), get("/"), bytes(
                            "be"))));
                }, broken),
                at("HPACK 4.4 a field that is larger than the table empties it", client -> {
                    client.send(encoded(HEADERS, WHOLE, 1, joined(bytes("3f01"), get("/"), bytes(
                            "40 01 61 01 62"))));
                    assertThat(client.whole(1).status()).isEqualTo(200);
                    client.send(encoded(HEADERS, WHOLE, 3, joined(get("/"), bytes("be"))));
                }, broken));
    }
}
