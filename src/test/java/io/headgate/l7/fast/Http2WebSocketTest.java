package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ServedRequest;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WebSockets on streams of HTTP/2 (RFC 8441), to a member that knows them from HTTP/1.1. */
@SuppressWarnings("NullAway.Init")
class Http2WebSocketTest {

    private static final int CANCEL = 8;
    private static final int MUCH = 8 << 20;
    private static final TunnelLimits LIMITS = new TunnelLimits(0, Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    private static final List<String> HEADS = new CopyOnWriteArrayList<>();
    private static final List<Socket> OPEN = new CopyOnWriteArrayList<>();
    private static RawServer server;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        server = new RawServer(Http2WebSocketTest::serve);
        gateway = Gateway.http2(Gateway.LIMITS).members(
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(30),
                        Duration.ofMinutes(5)),
                server.port());
        gateway.tunnels = LIMITS;
    }

    @AfterAll
    static void stop() {
        gateway.close();
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.openTunnels() == 0);
        await().until(() -> gateway.fastPath.underWay() == 0);
        gateway.tunnels = LIMITS;
    }

    /** Sends back what it gets, and a last word. The path says what it does otherwise. */
    private static void serve(Socket socket) throws IOException {
        OPEN.add(socket);
        String head = RawServer.head(socket);
        HEADS.add(head);
        String path = head.split(" ", 3)[1];
        if (path.equals("/refused")) {
            RawServer.write(socket, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            return;
        }
        RawServer.write(socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "
                + (path.equals("/wrong") ? "wrong" : accept(head)) + "\r\n\r\n");
        switch (path) {
            case "/ends" -> RawServer.write(socket, "end");
            case "/breaks" -> socket.setSoLinger(true, 0);
            case "/deaf" -> await().atMost(Duration.ofMinutes(2)).until(socket::isClosed);
            case "/talks" -> {
                socket.getOutputStream().write(new byte[MUCH]);
                RawServer.swallow(socket);
            }
            default -> {
                socket.getInputStream().transferTo(socket.getOutputStream());
                RawServer.write(socket, "bye");
            }
        }
    }

    private static String accept(String head) {
        Matcher key = Pattern.compile("(?i)\r\nsec-websocket-key: (.*)\r\n").matcher(head);
        try {
            return !key.find()
                    ? "none"
                    : Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static int open(FrameClient client, String path, String... more) throws IOException {
        return ask(client, "websocket", path, more);
    }

    private static int ask(FrameClient client, String protocol, String path, String... more)
            throws IOException {
        String[] all = new String[14 + more.length];
        String[] fixed = {":method", "CONNECT", ":protocol", protocol, ":scheme", "http", ":path", path,
                ":authority", "h", "sec-websocket-version", "13", "sec-websocket-protocol", "chat"};
        System.arraycopy(fixed, 0, all, 0, 14);
        System.arraycopy(more, 0, all, 14, more.length);
        return client.open(false, all);
    }

    private static int opened(FrameClient client, String path) throws IOException {
        int stream = open(client, path);
        while (client.answer(stream).head().isEmpty()) {
            assertThat(client.read()).isTrue();
        }
        assertThat(client.answer(stream).head()).startsWith(":status: 200\n");
        return stream;
    }

    private static void has(FrameClient client, int stream, String body) throws IOException {
        while (!client.answer(stream).body().equals(body)) {
            assertThat(client.read()).as(client.answer(stream).body()).isTrue();
        }
    }

    private static ServedRequest last() {
        return gateway.served.getLast();
    }

    @Test
    void bytesGoBothWaysAndEachSideEndsByItself() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int stream = opened(client, "/echo?a=b");
            assertThat(client.answer(stream).head()).contains("sec-websocket-protocol: chat\n")
                    .doesNotContain("upgrade", "connection", "accept", "transfer-encoding");
            assertThat(HEADS.getLast()).startsWith("GET /echo?a=b HTTP/1.1\r\n").containsIgnoringCase(
                    "\r\nUpgrade: websocket\r\n").containsIgnoringCase("\r\nConnection: upgrade\r\n")
                    .containsPattern("(?i)sec-websocket-key: [A-Za-z0-9+/]{22}==\r\n")
                    .doesNotContainIgnoringCase("transfer-encoding").doesNotContainIgnoringCase("x-http2");
            client.data(stream, "hello", false);
            has(client, stream, "hello");
            int other = opened(client, "/echo");
            client.data(other, "another", false);
            has(client, other, "another");
            client.data(stream, " and more", true);
            assertThat(client.whole(stream).body()).isEqualTo("hello and morebye");
            assertThat(client.answer(stream).reset).isNegative();
            assertThat(last().status()).isEqualTo(200);
            assertThat(last().reason()).isNull();
            assertThat(last().bytesIn()).isEqualTo("hello and more".length());
            client.reset(other, CANCEL);
            await().until(() -> gateway.fastPath.openTunnels() == 0);
            assertThat(client.alive()).isTrue();
        }
    }

    @Test
    void whatIsSentBeforeTheAnswerIsNotLost() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int stream = open(client, "/echo");
            client.data(stream, "early", true);
            assertThat(client.whole(stream).body()).isEqualTo("earlybye");
        }
    }

    @Test
    void aMemberThatRefusesAnswersAsUsual() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int stream = open(client, "/refused");
            client.data(stream, "early", false);
            FrameAnswer answer = client.whole(stream);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("no");
        }
    }

    @Test
    void aMemberThatHasNotUnderstoodTheHandshakeIsNotBelieved() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int stream = open(client, "/wrong", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(client.whole(stream).status()).isEqualTo(502);
            assertThat(last().reason()).isEqualTo(Reason.BAD_RESPONSE);
        }
    }

    @Test
    void whatCannotBeServedIsRefused() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int slow = open(client, "/slow/a");
            assertThat(client.whole(slow).status()).isEqualTo(501);
            assertThat(client.answer(slow).body()).contains("\"reason\":\"protocol-unsupported\"");
            int odd = ask(client, "connect-udp", "/echo");
            assertThat(client.whole(odd).status()).isEqualTo(501);
            int framed = open(client, "/echo", "content-length", "5");
            assertThat(client.whole(framed).status()).isEqualTo(400);
            int plain = client.open(true, FrameClient.request("GET", "/echo", ":protocol", "websocket"));
            assertThat(client.whole(plain).reset).isPositive();
            int nowhere = client.open(false, ":method", "CONNECT", ":authority", "h:80");
            FrameAnswer connect = client.whole(nowhere);
            assertThat(connect.status() == 400 || connect.reset > 0).isTrue();
            gateway.tunnels = new TunnelLimits(1, Duration.ofMinutes(5), Duration.ofSeconds(30));
            int first = opened(client, "/echo");
            int second = open(client, "/echo");
            assertThat(client.whole(second).status()).isEqualTo(503);
            assertThat(last().reason()).isEqualTo(Reason.TOO_MANY_TUNNELS);
            client.reset(first, CANCEL);
            await().until(() -> gateway.fastPath.openTunnels() == 0);
        }
    }

    @Test
    void aMemberThatEndsOrBreaksEndsTheStream() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int ends = opened(client, "/ends");
            assertThat(client.whole(ends).body()).isEqualTo("end");
            assertThat(client.answer(ends).ended).isTrue();
            int breaks = opened(client, "/breaks");
            assertThat(client.whole(breaks).body()).isEmpty();
            Pool pool = gateway.pools.find("pool").orElseThrow();
            Member member = pool.members().getFirst();
            int stream = opened(client, "/echo");
            pool.operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
            assertThat(client.whole(stream).ended).isTrue();
            assertThat(last().reason()).isEqualTo(Reason.MAINTENANCE);
            pool.operate(member, Operator.SILENT);
            client.reset(ends, CANCEL);
            client.reset(breaks, CANCEL);
            client.reset(stream, CANCEL);
            assertThat(client.alive()).isTrue();
        }
    }

    @Test
    void aClientThatIsGoneEndsTheMembersConnection() throws IOException {
        FrameClient client = new FrameClient(gateway.server.port());
        opened(client, "/echo");
        Socket member = OPEN.getLast();
        client.close();
        await().until(() -> gateway.fastPath.openTunnels() == 0);
        await().until(member::isClosed);
    }

    @Test
    void oneThatIsSilentForTooLongIsEnded() throws IOException {
        gateway.tunnels = new TunnelLimits(0, Duration.ofMillis(300), Duration.ofSeconds(30));
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int stream = opened(client, "/echo");
            assertThat(client.whole(stream).ended).isTrue();
            await().until(() -> last().reason() == Reason.IDLE_TIMEOUT);
        }
    }

    /** Neither side is read faster than the other takes it, and the connection's other streams go on. */
    @Test
    void eachSideIsReadAsFastAsTheOtherTakesIt() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            int deaf = opened(client, "/deaf");
            int sent = 0;
            boolean full = false;
            while (!full) {
                sent += client.upload(deaf, MUCH, false);
                int before = sent;
                client.ping();
                full = client.window(deaf) == 0 && sent == before && isStuck(client, deaf);
            }
            assertThat(sent).isLessThan(MUCH);
            int echo = opened(client, "/echo");
            client.data(echo, "goes on", true);
            assertThat(client.whole(echo).body()).isEqualTo("goes onbye");
            client.reset(deaf, CANCEL);
            await().until(() -> gateway.fastPath.openTunnels() == 0);
        }
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            client.stalls = true;
            int talks = opened(client, "/talks");
            while (client.answer(talks).size() < 65_535) {
                assertThat(client.read()).isTrue();
            }
            client.stalls = false;
            client.grant(talks, MUCH);
            while (client.answer(talks).size() < MUCH) {
                assertThat(client.read()).isTrue();
            }
            client.data(talks, "", true);
            assertThat(client.whole(talks).size()).isEqualTo(MUCH);
        }
    }

    private static boolean isStuck(FrameClient client, int stream) throws IOException {
        for (int i = 0; i < 20; i++) {
            client.ping();
            if (client.window(stream) > 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void atShutdownItHasItsTime() throws IOException {
        try (Gateway ending = Gateway.http2(Gateway.LIMITS).members(server.port());
                FrameClient client = new FrameClient(ending.server.port())) {
            ending.tunnels = new TunnelLimits(0, Duration.ofMinutes(5), Duration.ofSeconds(2));
            int stream = opened(client, "/echo");
            client.data(stream, "here", false);
            has(client, stream, "here");
            ending.port.finish();
            client.data(stream, " and still", false);
            has(client, stream, "here and still");
            assertThat(client.goAway).isNotNull();
            assertThat(client.whole(stream).ended).isTrue();
            await().until(() -> ending.served.getLast().reason() == Reason.SHUTDOWN);
            assertThat(ending.fastPath.openTunnels()).isZero();
        }
    }

    @Test
    void clientsAreToldThatTheyMayAsk() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            assertThat(client.alive()).isTrue();
            assertThat(client.settings).containsEntry(8, 1);
        }
    }
}
