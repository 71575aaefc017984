package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Pause;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client must be able to rely on, whichever lane serves it. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class BothLanesTest {

    private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld";
    private static final int MANY = 60;
    private static final int OFTEN = 1000;
    private static final int LARGE = 8_000_000;

    /** The client has got all of the half. */
    private static final Semaphore SEEN = new Semaphore(0);

    private static final AtomicInteger UNREPEATED = new AtomicInteger();

    private static ScriptedMember member;
    private static TestGateway gateway;

    private final boolean fast;

    BothLanesTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        member = new ScriptedMember((wire, connection, seen) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                serve(wire, head);
            }
        });
        gateway = TestGateway.start("""
                headgate.pools:
                  p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                  twice: { members: [ "127.0.0.1:%1$d", "localhost:%1$d" ], health: { check: none } }
                  hasty:
                    members: [ "127.0.0.1:%1$d" ]
                    health: { check: none }
                    timeouts: { response: 1s, idle: 30s }
                  brief:
                    members: [ "127.0.0.1:%1$d" ]
                    health: { check: none }
                    timeouts: { response: 30s, idle: 2s }
                spring.cloud.gateway.server.webflux.routes:
                  - id: quiet
                    uri: "lb://p"
                    predicates: [ "Path=/quiet" ]
                    filters: [ RemoveRequestHeader=Expect ]
                  - { id: fixed, uri: "http://127.0.0.1:%1$d", predicates: [ "Path=/fixed/**" ] }
                  - id: strip
                    uri: lb://twice
                    predicates: [ "Path=/strip/**" ]
                    filters: [ RemoveRequestHeader=Content-Length, RemoveRequestHeader=Transfer-Encoding ]
                  - { id: silence, uri: "lb://hasty", predicates: [ "Path=/silence/**" ] }
                  - { id: brief, uri: "lb://brief", predicates: [ "Path=/brief/**" ] }
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast,
                "--headgate.fast-path.debug-header=true");
    }

    private static void serve(Wire wire, String head) throws IOException {
        switch (head.split(" ", 3)[1]) {
            case "/hints", "/fixed/hints" -> {
                for (int i = 0; i < MANY; i++) { // not all of them come in one read
                    wire.send(HINTS);
                }
                wire.send(HINTS + OK);
            }
            case "/unmodified" -> wire.send("HTTP/1.1 304 Not Modified\r\n\r\n");
            case "/close" -> wire.send("HTTP/1.1 200 OK\r\n\r\nworld").close();
            case "/reset/close" -> half(wire, "HTTP/1.1 200 OK\r\n\r\nwor");
            case "/reset/length" -> half(wire, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwor");
            case "/reset/chunked" -> half(wire,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwor\r\n");
            case "/early" -> {
                wire.send("HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
                wire.shutdownOutput();
                wire.rest();
            }
            case "/silence/head" -> wire.rest();
            case "/strip" -> {
                UNREPEATED.incrementAndGet();
                wire.close();
            }
            case "/strip/hints" -> {
                UNREPEATED.incrementAndGet();
                wire.send(HINTS).close();
            }
            case "/strip/part" -> {
                UNREPEATED.incrementAndGet();
                wire.send("HTTP/1.1 200 OK\r\nX-Part: 1\r\n").close();
            }
            case "/brief/large" -> {
                byte[] part = new byte[1 << 20];
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (part.length * 32L) + "\r\n\r\n");
                for (int i = 0; i < 32; i++) {
                    wire.send(part, part.length);
                }
            }
            case "/silence/pause" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwor");
                Pause.of(Duration.ofMillis(1500), "longer than the response timeout");
                wire.send("ld");
            }
            case "/brief/body" -> wire
                    .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwor\r\n").rest();
            default -> {
                wire.body(head);
                wire.send(OK);
            }
        }
    }

    private static void half(Wire wire, String part) throws IOException {
        wire.send(part);
        SEEN.acquireUninterruptibly();
        wire.reset();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private Wire client() throws IOException {
        return new Wire(gateway.port());
    }

    /** The response timeout is for the head, the idle timeout for silence behind it. */
    @Test
    void aMemberMayBeSilentLongerWithinItsAnswer() throws IOException {
        try (Wire client = client()) {
            client.send("GET /silence/head HTTP/1.1\r\nHost: h\r\n\r\n");
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 504 ");
            assertThat(client.body(head)).contains("response-timeout");
        }
        try (Wire client = client()) {
            client.send("GET /brief/body HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").contains("wor").doesNotContain("\r\n0\r\n");
        }
        try (Wire client = client()) {
            client.send("GET /silence/pause HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("world");
        }
    }

    /** Silence is that of the member alone. */
    @Test
    void aClientMayPauseLongerThanAMember() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            Wire client = new Wire(socket);
            client.send("GET /brief/large HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            Pause.of(Duration.ofSeconds(3), "longer than the idle timeout");
            assertThat(client.exactly(32 << 20)).hasSize(32 << 20);
        }
    }

    /** Filters may take away the headers that tell of a body, but not the body. */
    @Test
    void onlyWhatHasNoBodyIsSentAgain() throws IOException {
        for (String request : new String[]{"PUT /strip HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
                "PUT /strip HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                "PUT /strip HTTP/1.1\r\nHost: h\r\n\r\n"}) {
            UNREPEATED.set(0);
            try (Wire client = client()) {
                assertThat(client.send(request).message()).startsWith("HTTP/1.1 502 ");
            }
            assertThat(UNREPEATED).as(request).hasValue(request.endsWith("h\r\n\r\n") ? 2 : 1);
        }
    }

    @Test
    void whatHasBegunToBeAnsweredIsNotSentAgain() throws IOException {
        for (String path : new String[]{"/strip/hints", "/strip/part"}) {
            UNREPEATED.set(0);
            try (Wire client = client()) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.head();
                while (head.startsWith("HTTP/1.1 103 ")) {
                    head = client.head();
                }
                assertThat(head).startsWith("HTTP/1.1 502 ");
            }
            assertThat(UNREPEATED).as(path).hasValue(1);
        }
    }

    private void assertLane(String head) {
        assertThat(head).containsIgnoringCase("X-Headgate: lane=" + (fast ? "fast" : "slow"));
    }

    @Test
    void theAnswerBehindEarlyHintsComes() throws IOException {
        for (String path : new String[]{"/hints", "/fixed/hints"}) {
            try (Wire client = client()) {
                for (int i = 0; i < 3; i++) {
                    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    String head = client.head();
                    while (head.startsWith("HTTP/1.1 103 ")) {
                        head = client.head();
                    }
                    assertThat(head).startsWith("HTTP/1.1 200 ");
                    assertLane(head);
                    assertThat(client.body(head)).isEqualTo("world");
                }
            }
        }
    }

    @Test
    void theLastRequestOnAConnectionIsAnswered() throws IOException {
        for (int i = 0; i < OFTEN; i++) {
            try (Wire client = client()) {
                for (int j = 0; j < 2; j++) {
                    client.send("GET /unmodified HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertThat(client.head()).startsWith("HTTP/1.1 304 ");
                }
                client.send("PATCH / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                assertThat(client.rest()).endsWith("world");
            }
        }
    }

    @Test
    void aClientOfHttp10GetsNoChunks() throws IOException {
        for (String connection : new String[]{"", "Connection: keep-alive\r\n"}) {
            try (Wire client = client()) {
                String answer = client.send("GET /close HTTP/1.0\r\nHost: h\r\n" + connection + "\r\n")
                        .rest();
                assertThat(answer).endsWith("\r\n\r\nworld").doesNotContainIgnoringCase("transfer-encoding");
                assertLane(answer);
            }
        }
    }

    @Test
    void aClientOfHttp10IsToldThatItsConnectionStays() throws IOException {
        try (Wire client = client()) {
            for (int i = 0; i < 3; i++) {
                client.send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
                String head = client.head();
                assertLane(head);
                assertThat(head).containsIgnoringCase("connection: keep-alive");
                assertThat(client.body(head)).isEqualTo("world");
            }
            assertThat(client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").rest()).endsWith("world")
                    .doesNotContainIgnoringCase("keep-alive");
        }
    }

    @Test
    void noRequestFollowsABodyOfHttp10WhichMayHaveHadTwoLengths() throws IOException {
        for (String connection : new String[]{"keep-alive", "X-Other, Keep-Alive", "keep-alive,keep-alive"}) {
            try (Wire client = client()) {
                String answers = client.send("POST / HTTP/1.0\r\nHost: h\r\nConnection: " + connection
                        + "\r\nContent-Length: 0\r\nContent-Length: 31\r\n\r\n"
                        + "GET / HTTP/1.0\r\nHost: hidden\r\n\r\n").rest();
                assertLane(answers);
                assertThat(answers.split("HTTP/1", -1)).as(answers).hasSize(2);
            }
        }
    }

    @Test
    void anAnswerThatTheMemberResetsIsNotTakenForWhole() throws IOException {
        for (String path : new String[]{"/reset/close", "/reset/length", "/reset/chunked"}) {
            try (Wire client = client()) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.head();
                assertLane(head);
                String part = client.exactly(path.endsWith("/length") ? 3 : 6);
                SEEN.release();
                assertThat(part).contains("wor");
                assertThat(client.rest()).as(path).doesNotContain("0\r\n\r\n");
            }
        }
    }

    @Test
    void aClientIsToldToSendTheBodyWhereTheMemberIsNotAsked() throws IOException {
        for (String request : new String[]{"POST /quiet HTTP/1.1\r\nHost: h\r\n",
                "POST /x HTTP/1.1\r\nHost: h\r\nConnection: expect\r\n"}) {
            try (Wire client = client()) {
                client.send(request + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
                assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue");
                String head = client.send("hi").head();
                assertLane(head);
                assertThat(client.body(head)).isEqualTo("world");
            }
        }
    }

    @Test
    void aClientThatGoesOnSendingIsNotResetUnderItsAnswer() throws IOException {
        try (Wire client = client()) {
            client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: " + LARGE + "\r\n\r\n");
            client.send(new byte[LARGE], LARGE);
            String head = client.head();
            assertLane(head);
            assertThat(head).startsWith("HTTP/1.1 413 ");
            assertThat(client.body(head)).isEqualTo("no");
        }
    }
}
