package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.gateway.HedgeGatewayFilterFactory;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.FrameClient;
import io.headgate.testing.LogLines;
import io.headgate.testing.Pause;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Hedge filter. A request's path says what members do with it, one after the other, whichever they are: a
 * status is an answer, "silent" none, "reset" the end of the connection, "half" an answer that breaks off;
 * with "later:" before it, it comes when the test says so. The last holds for all that come.
 */
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class HedgeTest {

    private static final Map<String, List<String>> SEEN = new ConcurrentHashMap<>();
    /** Paths of attempts whose connections have been closed before their answer. */
    private static final List<String> GIVEN_UP = new CopyOnWriteArrayList<>();
    private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

    private static final AtomicInteger STALLS = new AtomicInteger();

    private static List<RawServer> members;
    private static GrpcMember http2;
    private static RawServer mute;
    /** Takes no more connections than it has, until the test accepts them. */
    private static ServerSocket stuck;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        stuck = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        members = Stream.of("a", "b", "c")
                .map(name -> new RawServer(socket -> serve(name, socket))).toList();
        http2 = new GrpcMember(null);
        mute = new RawServer(RawServer.SILENT);
        gateway = TestGateway.start(
                """
                        server.http2.enabled: true
                        headgate.pools:
                          all: { members: [ "%1$s", "%2$s", "%3$s" ], health: { check: none } }
                          brief: { members: [ "%1$s", "%2$s", "%3$s" ], health: { check: none }, timeouts: { response: 500ms } }
                          known: { members: [ "%1$s", "%2$s" ], health: { check: none } }
                          one: { members: [ "%1$s" ], health: { check: none } }
                          none: { members: [ "%1$s", "%2$s" ], health: { check: none }, retry-budget: { percent: 0, min: 0 } }
                          full: { members: [ "%1$s", "%2$s" ], health: { check: none }, max-connections: 1, queue: { size: 9 } }
                          stuck:
                            members: [ { address: "%1$s", weight: 100 }, { address: "127.0.0.1:%6$d", weight: 1 } ]
                            health: { check: none }
                            timeouts: { connect: 30s }
                          http2: { members: [ "127.0.0.1:%4$d", "%5$s" ], health: { check: none }, protocol: h2c }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://all", predicates: [ "Path=/all/**" ], filters: [ Hedge=20ms ] }
                          - { id: stalls, uri: "lb://all", predicates: [ "Path=/stalls/**" ] }
                          - { id: stalls-hedged, uri: "lb://all", predicates: [ "Path=/stalls-hedged/**" ],
                              filters: [ { name: Hedge, args: { percentile: 95, after: 5ms } } ] }
                          - { id: calm, uri: "lb://all", predicates: [ "Path=/calm/**" ], filters: [ Hedge=10m ] }
                          - { id: brief, uri: "lb://brief", predicates: [ "Path=/brief/**" ], filters: [ Hedge=20ms ] }
                          - { id: known, uri: "lb://known", predicates: [ "Path=/known/**" ], filters: [ { name: Hedge } ] }
                          - { id: one, uri: "lb://one", predicates: [ "Path=/one/**" ], filters: [ Hedge=20ms ] }
                          - { id: none, uri: "lb://none", predicates: [ "Path=/none/**" ], filters: [ Hedge=20ms ] }
                          - { id: full, uri: "lb://full", predicates: [ "Path=/full/**" ], filters: [ Hedge=20ms ] }
                          - { id: retry, uri: "lb://all", predicates: [ "Path=/retry/**" ], filters: [ Retry=3, Hedge=20ms ] }
                          - id: post
                            uri: lb://all
                            predicates: [ "Path=/post/**" ]
                            filters: [ { name: Hedge, args: { after: 20ms, methods: [ POST ] } } ]
                          - { id: slow, uri: "lb://brief", predicates: [ "Path=/slow/**" ], filters: [ SaveSession, Hedge=20ms ] }
                          - { id: stuck, uri: "lb://stuck", predicates: [ "Path=/stuck/**" ], filters: [ Hedge=20ms ] }
                          - { id: http2, uri: "lb://http2", predicates: [ "Path=/hold,/unary" ], filters: [ Hedge=20ms ] }
                        """
                        .formatted(members.get(0).address(), members.get(1).address(),
                                members.get(2).address(),
                                http2.port(), mute.address(), stuck.getLocalPort()));
    }

    private static void serve(String name, Socket socket) throws IOException {
        try (Wire wire = new Wire(socket)) {
            wire.waitsForEver();
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                String body = wire.body(head);
                String path = head.split(" ", 3)[1];
                if (!serve(name, wire, path, body.length())) {
                    return;
                }
            }
        }
    }

    private static boolean serve(String name, Wire wire, String path, int body) throws IOException {
        List<String> seen = SEEN.computeIfAbsent(path, any -> new CopyOnWriteArrayList<>());
        String what;
        synchronized (seen) {
            seen.add(name + " " + body);
            String[] script = path.split("/", 4)[2].split(",", -1);
            what = script[Math.min(seen.size(), script.length) - 1];
        }
        if (path.startsWith("/stalls") && name.equals("a") && STALLS.incrementAndGet() % 10 == 0) {
            Pause.of(Duration.ofMillis(50), "a member that is slow now and then");
        }
        if (what.startsWith("later:")) {
            try {
                gate(path).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            what = what.substring("later:".length());
        }
        switch (what) {
            case "reset" -> {
                return false;
            }
            case "silent" -> {
                wire.rest();
                GIVEN_UP.add(path + " " + name);
                return false;
            }
            case "half" -> {
                wire.send("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n" + name);
                return false;
            }
            default -> wire.send("HTTP/1.1 " + what + " X\r\nContent-Length: 1\r\n\r\n" + name);
        }
        return true;
    }

    private static CountDownLatch gate(String path) {
        return GATES.computeIfAbsent(path, any -> new CountDownLatch(1));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        for (RawServer member : members) {
            member.close();
        }
        http2.close();
        mute.close();
        stuck.close();
    }

    @AfterEach
    void nothingIsHeld() {
        for (Pool pool : gateway.bean(Pools.class).all()) {
            await().until(() -> pool.repeats().now() == 0);
            await().until(() -> pool.members().stream().allMatch(member -> member.inFlight() == 0));
        }
    }

    private static Pool pool(String name) {
        return gateway.bean(Pools.class).find(name).orElseThrow();
    }

    private static long blamed(String pool) {
        return pool(pool).members().stream().mapToLong(member -> Stream.of(Outcome.values())
                .filter(Outcome::failed).mapToLong(member::count).sum()).sum();
    }

    private static List<String> seen(String path) {
        return SEEN.getOrDefault(path, List.of());
    }

    private static String member(String path, int attempt) {
        return seen(path).get(attempt).substring(0, 1);
    }

    private static HttpResponse<String> send(String method, String path, int body) {
        return gateway.send(HttpRequest.newBuilder().method(method,
                body == 0 ? BodyPublishers.noBody() : BodyPublishers.ofString("x".repeat(body))), path);
    }

    /** Sends it, and opens its gate once so many members have been asked. */
    private static HttpResponse<String> send(String path, int asked) {
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture
                .supplyAsync(() -> gateway.get(path), task -> Thread.ofVirtual().start(task));
        await().until(() -> seen(path).size() >= asked);
        gate(path).countDown();
        return answer.join();
    }

    @Test
    void aSecondMemberAnswersWhereTheFirstIsSilent() {
        Pool pool = pool("all");
        long begun = pool.hedges().begun();
        long won = pool.hedges().won();
        long blamed = blamed("all");
        assertThat(gateway.get("/all/silent,200").body()).isEqualTo(member("/all/silent,200", 1));
        assertThat(seen("/all/silent,200")).hasSize(2).doesNotHaveDuplicates();
        await().until(() -> GIVEN_UP.contains("/all/silent,200 " + member("/all/silent,200", 0)));
        assertThat(pool.hedges().begun() - begun).isEqualTo(1);
        assertThat(pool.hedges().won() - won).isEqualTo(1);
        assertThat(blamed("all")).as("nobody has failed").isEqualTo(blamed);
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_pool_hedges_total{outcome=\"won\",pool=\"all\"}");
    }

    /** What is sent, after how many asked members the gate opens, the answer, and whose it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "/calm/200                          | 1 | 200 | 0 | 1",
            "/all/later:200,silent              | 2 | 200 | 0 | 2",
            "/all/later:reset,later:200         | 2 | 200 | 1 | 2",
            "/all/later:200,reset               | 2 | 200 | 0 | 2",
            "/all/later:503,200                 | 2 | 200 | 1 | 2",
            "/all/later:200,503                 | 2 | 200 | 0 | 2",
            "/all/later:503,503                 | 2 | 503 | 0 | 2",
            "/all/later:404,silent              | 2 | 404 | 0 | 2",
            "/all/later:reset,reset,200         | 2 | 200 | 2 | 3",
            "/brief/silent,503                  | 0 | 504 | 0 | 2",
            "/retry/later:503,503,200           | 2 | 200 | 2 | 3",
            "/retry/later:503,later:200         | 2 | 200 | 1 | 2",
            "/one/later:200                     | 1 | 200 | 0 | 1",
            "/none/later:200                    | 1 | 200 | 0 | 1"})
    void aCase(String path, int asked, int status, int by, int times) {
        HttpResponse<String> answer = send(path, asked);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(seen(path)).hasSize(times).doesNotHaveDuplicates();
        if (status < 500) {
            assertThat(answer.body()).isEqualTo(member(path, by));
        }
    }

    @Test
    void bothAtOnceGiveOneAnswerAndTheConnectionGoesOn() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                String path = "/all/later:200/" + i;
                client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                await().until(() -> seen(path).size() == 2);
                gate(path).countDown();
                String answer = client.message();
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                assertThat(List.of(member(path, 0), member(path, 1)))
                        .contains(answer.substring(answer.length() - 1));
            }
            client.send("GET /calm/204 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).as("no second answer").startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotMixedWithAnother() throws Exception {
        for (String path : List.of("/all/later:half,silent", "/all/silent,half")) {
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                await().until(() -> seen(path).size() == 2);
                gate(path).countDown();
                assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").contains("Content-Length: 9")
                        .matches("(?s).*\r\n\r\n[abc](<reset>)?");
            }
            assertThat(seen(path)).hasSize(2);
            await().until(() -> GIVEN_UP.stream().anyMatch(each -> each.startsWith(path + " ")));
        }
    }

    @Test
    void bothAreGivenUpWithTheirClient() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /all/silent/gone HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> seen("/all/silent/gone").size() == 2);
        }
        await().until(
                () -> GIVEN_UP.stream().filter(each -> each.startsWith("/all/silent/gone ")).count() == 2);
        assertThat(seen("/all/silent/gone")).hasSize(2);
    }

    @Test
    void aConnectionThatComesAfterTheClientHasLeftGetsNoRequest() throws Exception {
        List<Socket> before = new ArrayList<>();
        while (connects(before)) {
            assertThat(before).hasSizeLessThan(20);
        }
        String path = "/stuck/later:reset,200/late";
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            RawServer.write(client, "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> seen(path).size() == 1 && pool("stuck").repeats().now() == 1);
            gate(path).countDown(); // the second attempt goes on alone, without a connection yet
            await().until(() -> pool("stuck").members().getFirst().inFlight() == 0);
        }
        await().until(() -> pool("stuck").members().getLast().inFlight() == 0);
        for (Socket each : before) {
            stuck.accept().close();
            each.close();
        }
        try (Socket late = stuck.accept()) {
            late.setSoTimeout(500);
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Whether there was room for one more. */
    private static boolean connects(List<Socket> to) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(stuck.getLocalSocketAddress(), 300);
            to.add(socket);
            return true;
        } catch (SocketTimeoutException e) {
            socket.close();
            return false;
        }
    }

    @Test
    void theOtherGoesOnWhenOneOfTheirMembersIsTakenOut() {
        for (int out = 0; out < 2; out++) {
            String path = "/all/later:200/out" + out;
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture
                    .supplyAsync(() -> gateway.get(path), task -> Thread.ofVirtual().start(task));
            await().until(() -> seen(path).size() == 2);
            String gone = members.get("abc".indexOf(member(path, out))).address();
            Member member = pool("all").members().stream()
                    .filter(each -> each.address().toString().equals(gone)).findFirst().orElseThrow();
            member.pool().operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
            await().until(() -> member.inFlight() == 0);
            gate(path).countDown();
            assertThat(answer.join().body()).isEqualTo(member(path, 1 - out));
            assertThat(seen(path)).hasSize(2);
            member.pool().operate(member, new Operator(Intent.READY, null, null, null));
        }
    }

    @Test
    void bodiesThatAreKeptGoToBoth() {
        assertThat(send("POST", "/post/silent,200", 10_000).statusCode()).isEqualTo(200);
        assertThat(seen("/post/silent,200")).hasSize(2).allMatch(each -> each.endsWith(" 10000"));
        assertThat(send("/post/later:200", 1).statusCode()).as("GET is not among its methods").isEqualTo(200);
        assertThat(seen("/post/later:200")).hasSize(1);
        CompletableFuture<HttpResponse<String>> large = CompletableFuture.supplyAsync(
                () -> send("POST", "/post/later:200/large", 400_000), task -> Thread.ofVirtual().start(task));
        await().until(() -> !seen("/post/later:200/large").isEmpty());
        assertThat(send("POST", "/post/silent,200/after", 1).statusCode()).isEqualTo(200);
        gate("/post/later:200/large").countDown();
        assertThat(large.join().statusCode()).isEqualTo(200);
        assertThat(seen("/post/later:200/large")).as("a body that is not kept").hasSize(1);
    }

    @Test
    void nobodyWaitsInTheQueueForASecondMember() {
        List<CompletableFuture<HttpResponse<String>>> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String path = "/full/later:200/" + i;
            both.add(CompletableFuture.supplyAsync(() -> gateway.get(path),
                    task -> Thread.ofVirtual().start(task)));
        }
        await().until(() -> pool("full").hedges().refused() == 2);
        gate("/full/later:200/0").countDown();
        gate("/full/later:200/1").countDown();
        both.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
        assertThat(pool("full").queue().admitted()).isZero();
    }

    @Test
    void thePercentileIsThatOfThePoolsOwnTimes() {
        for (int i = 0; i < 130; i++) {
            gateway.get("/known/200/" + i);
        }
        assertThat(gateway.get("/known/silent,200").body()).isEqualTo(member("/known/silent,200", 1));
    }

    @Test
    void theSlowLaneHasOneAttemptAndSaysSo() {
        try (LogLines log = new LogLines(HedgeGatewayFilterFactory.class.getName())) {
            assertThat(gateway.get("/slow/silent").statusCode()).isEqualTo(504);
            assertThat(log.lines()).singleElement().asString().contains("Route slow: ");
        }
        assertThat(seen("/slow/silent")).hasSize(1);
    }

    @Test
    void membersOfHttp2() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            for (int i = 0; i < 2; i++) { // one of them begins with the member that does not even connect
                client.send("GET /unary HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ");
            }
        }
        int resets = http2.resets.size();
        try (FrameClient client = new FrameClient(gateway.port())) {
            client.get("/hold");
            await().until(() -> http2.heads.stream().anyMatch(head -> head.contains(":path: /hold")));
        }
        await().until(() -> http2.resets.size() == resets + 1);
    }

    /**
     * One of three members is slow for a tenth of its requests. {@code -Dhedge.requests=20000} makes more of
     * it, and compares the slowest requests, which a busy machine would not let an ordinary run do.
     */
    @Test
    void theSlowestRequestsAreNoLongerSlow() {
        int requests = Integer.getInteger("hedge.requests", 100);
        long[] plain = times("/stalls/", requests);
        long picks = picks();
        long[] hedged = times("/stalls-hedged/", requests);
        long more = picks() - picks - requests;
        if (requests > 1_000) {
            System.out.printf("p99 %d us without, %d us with, %d of %d requests sent twice%n",
                    plain[requests * 99 / 100] / 1_000, hedged[requests * 99 / 100] / 1_000, more, requests);
            assertThat(hedged[requests * 99 / 100]).isLessThan(plain[requests * 99 / 100] / 2);
            assertThat(more).isLessThan(requests * 5 / 100);
        }
        assertThat(more).isLessThan(requests);
    }

    private static long picks() {
        return pool("all").members().stream().mapToLong(Member::picks).sum();
    }

    private static long[] times(String path, int requests) {
        Ticker ticker = Ticker.systemTicker();
        long[] times = new long[requests];
        for (int i = 0; i < requests; i++) {
            long begun = ticker.nanoTime();
            assertThat(gateway.get(path + "200").statusCode()).isEqualTo(200);
            times[i] = ticker.nanoTime() - begun;
        }
        Arrays.sort(times);
        return times;
    }
}
