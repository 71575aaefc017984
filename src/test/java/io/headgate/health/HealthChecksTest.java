package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Held;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets; interval and timeout are short, so that nothing waits long. */
class HealthChecksTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String BROKEN = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Names names = new Names(loops.transport());
    private final Queue<Member.Check> heard = new ConcurrentLinkedQueue<>();
    private final HealthChecks checks = new HealthChecks(loops, names, Clock.SYSTEM,
            RandomSource.THREAD_LOCAL,
            (member, check) -> heard.add(check));
    private final Pools pools = TestPools.listenedBy(Clock.SYSTEM, checks, checks);

    @AfterEach
    void close() {
        checks.close();
        names.close();
        loops.close();
    }

    @Test
    void aFlappingHttpServerLeavesAndComesBack() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(OK))) {
            check(http("/healthz"), server.port());
            awaitState(Availability.UP);
            server.behave(RawServer.saying(BROKEN));
            awaitState(Availability.DOWN);
            assertThat(member().standing().probe().cause())
                    .isEqualTo("check failed: HTTP 503 Service Unavailable (expected: 200-299)");
            server.behave(RawServer.saying(OK));
            awaitState(Availability.UP);
            checks.close();
            await().untilAsserted(() -> assertThat(server.open()).isZero());
        }
    }

    @Test
    void noTwoChecksOfOneMemberRunAtATimeAndEachConnectionIsClosed() throws IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            check(http("/"), server.port());
            await().until(() -> server.accepted() > 4);
            int connections = server.accepted();
            assertThat(connections).isLessThanOrEqualTo(heard.size() + 1);
            checks.close();
            await().untilAsserted(() -> assertThat(server.open()).isZero());
        }
    }

    @Test
    void aTcpCheckNeedsNoMoreThanAnAcceptedConnection() throws IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            check(new CheckSpec.Tcp(), server.port());
            awaitState(Availability.UP);
            assertThat(last()).isEqualTo("connected");
        }
    }

    @Test
    void aRefusedPortIsDown() throws IOException {
        check(new CheckSpec.Tcp(), Ports.free());
        awaitState(Availability.DOWN);
        assertThat(last()).contains("refused");
    }

    @Test
    void aNameThatDoesNotResolveIsDown() {
        checks.apply(Map.of("web", spec(new CheckSpec.Tcp(), null)));
        pools.apply(List.of(TestPools.spec(true, new MemberSpec("a",
                new Address("no-such-host.invalid", 80), 1, 0, false, null))));
        awaitState(Availability.DOWN);
    }

    @Test
    void aServerThatAcceptsButNeverAnswersIsDownAndLetGo() throws IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            check(http("/"), server.port());
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("no answer within 300 ms");
            checks.close();
            await().untilAsserted(() -> assertThat(server.open()).isZero());
        }
    }

    @Test
    void anAnswerThatIsNotHttpIsDown() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying("SSH-2.0-OpenSSH_9.6\r\n\r\n"))) {
            check(http("/"), server.port());
            awaitState(Availability.DOWN);
            assertThat(last()).startsWith("the answer is not HTTP: ");
        }
    }

    @Test
    void aServerThatHangsUpIsDown() throws IOException {
        try (RawServer server = new RawServer(RawServer::head)) {
            check(http("/"), server.port());
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("closed without an answer");
        }
    }

    @Test
    void aHugeBodyIsNotReadWhereNobodyLooksAtIt() throws IOException {
        try (RawServer server = new RawServer(HealthChecksTest::flood)) {
            check(http("/"), server.port());
            awaitState(Availability.UP);
            checks.close();
            await().untilAsserted(() -> assertThat(server.open()).isZero());
        }
    }

    @Test
    void aHugeBodyIsReadUpToTheLimit() throws IOException {
        try (RawServer server = new RawServer(HealthChecksTest::flood)) {
            check(body("never", 1000), server.port());
            awaitState(Availability.DOWN);
            assertThat(last())
                    .isEqualTo("HTTP 200 OK, but the first 1000 bytes of the body do not match never");
        }
    }

    @Test
    void aBodyIsLookedAt() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(OK))) {
            check(body("^o[jk]$", 1000), server.port());
            awaitState(Availability.UP);
            server.behave(RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"));
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("HTTP 200 OK, but the body does not match ^o[jk]$");
        }
    }

    @Test
    void aBodyThatDoesNotEndIsLookedAtAsItComes() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nready\r\n"))) {
            check(body("ready", 100), server.port());
            awaitState(Availability.UP);
            check(body("ready$", 100), server.port()); // more may come, and then it is not the end
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("no answer within 300 ms");
        }
    }

    @Test
    void aBodyThatBreaksOffBeforeItHoldsWhatIsExpectedIsDown() throws IOException {
        try (RawServer server = new RawServer(socket -> {
            RawServer.head(socket);
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nrea"
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            check(body("ready", 100), server.port());
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("HTTP 200 OK, but the body was cut off");
        }
    }

    /** Exponential in the length of the body: without a limit the event loop would never come back. */
    @Test
    void anExpressionThatWouldTakeForEverIsDownAndHoldsNobodyUp() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(
                "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + "a".repeat(60_000)))) {
            checks.apply(Map.of("web", new HealthSpec(body("(a+)+b", 65_536), Duration.ofMillis(50),
                    Duration.ofMillis(20), Duration.ofSeconds(30), 2, 2, null, null, Opening.PLAIN)));
            pools.apply(List.of(TestPools.onPorts(true, server.port())));
            await().atMost(Duration.ofSeconds(60)).until(() -> member().availability() == Availability.DOWN);
            assertThat(last()).contains("takes too long on the body");
        }
    }

    @Test
    void aHeadThatTrafficWouldTakePasses() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying("HTTP/1.1 200 " + "O".repeat(6_000)
                + "\r\nX-Long: " + "x".repeat(50_000) + "\r\nContent-Length: 0\r\n\r\n"))) {
            check(http("/"), server.port());
            awaitState(Availability.UP);
        }
    }

    @Test
    void aStatusLineThatTrafficWouldNotTakeIsDown() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"))) {
            check(http("/"), server.port());
            awaitState(Availability.DOWN);
            assertThat(last()).isEqualTo("the answer is HTTP/2.0 200 OK (expected: HTTP/1.1 or HTTP/1.0)");
        }
    }

    @Test
    void informationalAnswersAreSkipped() throws IOException {
        try (RawServer server = new RawServer(
                RawServer.saying("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK))) {
            check(body("ok", 1000), server.port());
            awaitState(Availability.UP);
        }
    }

    @Test
    void theRequestIsTheConfiguredOne() throws IOException {
        Queue<String> heads = new ConcurrentLinkedQueue<>();
        try (RawServer server = new RawServer(socket -> {
            heads.add(RawServer.head(socket));
            socket.getOutputStream().write("HTTP/1.1 301 Moved\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        })) {
            check(new CheckSpec.Http("HEAD", "/up?deep=1", "orders.internal",
                    List.of(new CheckSpec.Header("X-Check", "a"), new CheckSpec.Header("User-Agent", "me")),
                    StatusRanges.parse("301"), null), server.port());
            awaitState(Availability.UP);
            assertThat(heads.element().split("\r\n")).containsExactly("HEAD /up?deep=1 HTTP/1.1",
                    "host: orders.internal", "accept: */*", "connection: close", "X-Check: a",
                    "User-Agent: me");
        }
    }

    @Test
    void anotherPortCanBeChecked() throws IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            checks.apply(Map.of("web", spec(new CheckSpec.Tcp(), server.port())));
            pools.apply(List.of(TestPools.onPorts(true, Ports.free())));
            awaitState(Availability.UP);
        }
    }

    @Test
    void aChangedCheckIsUsedAtOnceAndARemovedMemberIsNoLongerChecked() throws IOException {
        try (RawServer server = new RawServer(RawServer.saying(BROKEN))) {
            check(new CheckSpec.Tcp(), server.port());
            awaitState(Availability.UP);
            checks.apply(Map.of("web", spec(http("/"), null)));
            awaitState(Availability.DOWN);
            checks.apply(Map.of("web", spec(new CheckSpec.None(), null)));
            awaitState(Availability.UP);
            checks.apply(Map.of("web", spec(http("/"), null)));
            awaitState(Availability.DOWN);
            pools.apply(List.of());
            await().untilAsserted(() -> assertThat(server.open()).isZero());
            int accepted = server.accepted();
            await().during(Duration.ofMillis(300)).until(() -> server.accepted() == accepted);
        }
    }

    @Test
    void aFailedConnectionOfRealTrafficMakesTheNextCheckComeSoon() throws IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            checks.apply(Map.of("web", new HealthSpec(new CheckSpec.Tcp(), Duration.ofMinutes(10),
                    Duration.ofMillis(50), Duration.ofMillis(300), 2, 2, null, null,
                    Opening.PLAIN)));
            pools.apply(List.of(TestPools.onPorts(true, server.port())));
            awaitState(Availability.UP);
            server.stop();
            Held.in(TestPools.web(pools)).release(Outcome.CONNECT_FAILED);
            awaitState(Availability.DOWN);
        }
    }

    private static CheckSpec http(String path) {
        return CheckSpec.Http.get(path);
    }

    private static CheckSpec body(String pattern, int limit) {
        return new CheckSpec.Http("GET", "/", null, List.of(), StatusRanges.SUCCESS,
                new CheckSpec.Body(Pattern.compile(pattern), limit));
    }

    private static HealthSpec spec(CheckSpec check, @Nullable Integer port) {
        return new HealthSpec(check, Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(300), 2,
                2,
                port, null, Opening.PLAIN);
    }

    private static void flood(Socket socket) throws IOException {
        RawServer.head(socket);
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        byte[] block = new byte[1 << 16];
        while (true) {
            socket.getOutputStream().write(block);
        }
    }

    private void check(CheckSpec check, int port) {
        checks.apply(Map.of("web", spec(check, null)));
        pools.apply(List.of(TestPools.onPorts(true, port)));
    }

    private Member member() {
        return TestPools.member(pools, "a");
    }

    private String last() {
        return Objects.requireNonNull(member().lastCheck()).detail();
    }

    private void awaitState(Availability state) {
        await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(member().availability()).isEqualTo(state));
    }
}
