package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import io.headgate.l7.cache.ResponseCache;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.factory.rewrite.GzipMessageBodyResolver;

/** Routes with a cache, on either lane, before a member that fails, hangs and lies. */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class CachedRoutesTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String FRESH = "Cache-Control: max-age=600\r\n";
    private static final int LARGE = 900_000;
    /** Chunks that no buffer on the way holds. */
    private static final int ENDLESS = 1000;

    private static final Map<String, AtomicInteger> ASKED = new ConcurrentHashMap<>();
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();
    private static final Semaphore GATE = new Semaphore(0);

    private static ScriptedMember member;
    private static TestGateway gateway;
    private static HttpClient client;

    private final boolean fast;

    CachedRoutesTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        ASKED.clear();
        SEEN.clear();
        GATE.drainPermits();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        member = new ScriptedMember((wire, connection, seen) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                wire.body(head);
                if (!serve(wire, head)) {
                    return;
                }
            }
        });
        gateway = TestGateway.start("""
                headgate.pools:
                  p: { members: [ "127.0.0.1:%1$d" ], health: { check: none }, timeouts: { response: 2s } }
                  patient: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                  sticky:
                    members: [ "127.0.0.1:%1$d" ]
                    health: { check: none }
                    sticky: { cookie: HG }
                spring.cloud.gateway.server.webflux.routes:
                  - id: users
                    uri: lb://p
                    predicates: [ "Path=/users/**" ]
                    filters:
                      - { name: Cache, args: { key-headers: "X-User", time-to-live: 10m, max-entry: 64KB } }
                      - StripPrefix=1
                  - id: keyed
                    uri: lb://p
                    predicates: [ "Path=/keyed/**" ]
                    filters:
                      - name: ApiKey
                        args:
                          user-header: X-Owner
                          keys[0]: ann:3935ad85daa21df9cf11ca3e3741b0888b52757f5cf000ec8cfca55268babe8b
                          keys[1]: bob:39b94ddf63d38931e1c677e591a630171d578394989c457d4c2bace5a0d82cc8
                      - { name: Cache, args: { time-to-live: 10m } }
                  - id: edited
                    uri: lb://p
                    predicates: [ "Path=/edited/**" ]
                    filters: [ StripPrefix=1, "AddResponseHeader=X-Edit, yes", Cache ]
                  - id: zipped
                    uri: lb://patient
                    predicates: [ "Path=/zip/**" ]
                    filters:
                      - { name: Compress, args: { types: "text/plain,text/event-stream", min-size: 100B } }
                  - id: both
                    uri: lb://p
                    predicates: [ "Path=/both/**" ]
                    filters: [ StripPrefix=1, Compress, Cache ]
                  - id: patient
                    uri: lb://patient
                    predicates: [ "Path=/slow/**" ]
                    filters: [ { name: Cache, args: { collapse: 2m } } ]
                  - id: json
                    uri: lb://patient
                    predicates: [ "Path=/json/**" ]
                    filters: [ "RemoveJsonAttributesResponseBody=secret" ]
                  - { id: sticky, uri: "lb://sticky", predicates: [ "Path=/sticky/**" ], filters: [ Cache ] }
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ], filters: [ Cache ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast,
                "--server.compression.enabled=true",
                "--server.compression.mime-types=text/global", "--server.compression.min-response-size=100B",
                "--spring.cloud.gateway.server.webflux.filter.local-response-cache.enabled=true");
    }

    private static boolean serve(Wire wire, String head) throws IOException {
        String[] line = head.split(" ", 3);
        String path = line[1];
        int count = ASKED.computeIfAbsent(path.split("\\?", 2)[0], p -> new AtomicInteger())
                .incrementAndGet();
        String body = path + " " + header(head, "X-User") + " " + count;
        if (path.startsWith("/slow")) {
            GATE.acquireUninterruptibly();
        }
        SEEN.add(head);
        String kind = path.split("[/?]", -1)[1];
        switch (kind) {
            case "cut" -> {
                wire.send("HTTP/1.1 200 OK\r\n" + FRESH + "Content-Length: 100\r\n\r\n" + body);
                return false;
            }
            case "long" -> {
                wire.send("HTTP/1.1 200 OK\r\n" + FRESH + "Content-Length: 3\r\n\r\n" + body);
                return false;
            }
            case "open" -> {
                wire.send("HTTP/1.1 200 OK\r\n" + FRESH + "Connection: close\r\n\r\n" + body);
                return false;
            }
            case "json" -> {
                byte[] zipped = gzip(path.endsWith("bomb")
                        ? "[" + " ".repeat(17 << 20) + "]"
                        : "{\"secret\":1,\"a\":2}");
                wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: " + zipped.length + "\r\n\r\n");
                wire.send(zipped, zipped.length);
            }
            case "gone" -> {
                return false;
            }
            case "poison" -> answer(wire, FRESH, head);
            case "hang" -> {
                wire.rest();
                return false;
            }
            case "large" -> answer(wire, FRESH, "x".repeat(LARGE));
            case "etag" -> {
                if (header(head, "If-None-Match").equals("\"e\"")) {
                    wire.send(
                            "HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\nETag: \"e\"\r\nX-Count: "
                                    + count + "\r\n\r\n");
                } else {
                    answer(wire, "Cache-Control: no-cache\r\nETag: \"e\"\r\nX-Count: " + count + "\r\n",
                            body);
                }
            }
            case "dying" -> {
                if (count > 1) {
                    return false;
                }
                answer(wire, "Cache-Control: max-age=0, stale-if-error=600\r\nETag: \"e\"\r\n", body);
            }
            case "failing" -> {
                if (count > 1) {
                    wire.send("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\ndown");
                } else {
                    answer(wire, "Cache-Control: max-age=0, stale-if-error=600\r\nETag: \"e\"\r\n", body);
                }
            }
            case "zip", "zipped", "global" -> zip(wire, path, line[0].equals("HEAD") ? "" : TEXT);
            case "growing" -> {
                String renews = "Cache-Control: max-age=0, stale-while-revalidate=600\r\n";
                if (count > 1) {
                    wire.send("HTTP/1.1 200 OK\r\n" + renews + "Transfer-Encoding: chunked\r\n\r\n");
                    String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
                    try {
                        for (int i = 0; i < ENDLESS; i++) {
                            wire.send(chunk);
                        }
                        SEEN.add("whole");
                    } catch (IOException e) {
                        SEEN.add("cut");
                    }
                    return false;
                }
                answer(wire, renews + "ETag: \"e\"\r\n", body);
            }
            case "renewed" -> answer(wire,
                    "Cache-Control: max-age=0, stale-while-revalidate=600\r\nETag: \"" + count + "\"\r\n",
                    body);
            case "private" -> answer(wire, "Cache-Control: private\r\n", body);
            case "plain" -> answer(wire, "", body);
            default -> answer(wire, FRESH + "Surrogate-Key: all\r\n", line[0].equals("HEAD") ? "" : body);
        }
        return true;
    }

    private static final String TEXT = "All work and no play. ".repeat(2000);

    /** It is stored in several pieces. */
    private static final String BIG = TEXT.repeat(10);

    /** What can be compressed, and what cannot. */
    private static void zip(Wire wire, String path, String text) throws IOException {
        String type = path.startsWith("/global/") ? "text/global" : "text/plain;charset=utf-8";
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nETag: \"z\"\r\n" + FRESH;
        String chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(TEXT.length()) + "\r\n" + TEXT + "\r\n";
        switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "chunked" -> wire.send(chunked + "0\r\n\r\n");
            case "cut" -> {
                wire.send(chunked);
                wire.close();
            }
            case "encoded" -> wire.send(head + "Content-Encoding: br\r\nContent-Length: " + TEXT.length()
                    + "\r\n\r\n" + TEXT);
            case "untouched" -> wire.send(head + "Cache-Control: no-transform\r\nContent-Length: "
                    + TEXT.length() + "\r\n\r\n" + TEXT);
            case "big" -> wire.send(head + "Content-Length: " + BIG.length() + "\r\n\r\n" + BIG);
            case "small" -> wire.send(head + "Content-Length: 3\r\n\r\nabc");
            case "same" -> wire.send("HTTP/1.1 304 Not Modified\r\nETag: \"z\"\r\n\r\n");
            case "events" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
                GATE.acquireUninterruptibly();
                wire.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            }
            default -> wire.send(head + "Content-Length: " + TEXT.length() + "\r\n\r\n" + text);
        }
    }

    private static void answer(Wire wire, String headers, String body) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String header(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "-";
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        GATE.release(1000);
        client.close();
        gateway.close();
        member.close();
    }

    private static int asked(String path) {
        AtomicInteger count = ASKED.get(path);
        return count == null ? 0 : count.get();
    }

    private static CompletableFuture<HttpResponse<String>> ask(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static String body(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void theSecondIsAnsweredWithoutTheMember() {
        assertThat(gateway.get("/a").headers().firstValue("Cache-Status"))
                .hasValue("headgate; fwd=miss; stored");
        HttpResponse<String> hit = gateway.get("/a");
        assertThat(body(hit)).isEqualTo("200 /a - 1");
        assertThat(hit.headers().firstValue("Age")).isPresent();
        assertThat(hit.headers().firstValue("Cache-Status")).get().asString().startsWith("headgate; hit");
        assertThat(gateway.get("/a", "If-None-Match", "*").statusCode()).isEqualTo(304);
        HttpResponse<String> part = gateway.get("/a", "Range", "bytes=0-1");
        assertThat(body(part)).isEqualTo("206 /a");
        assertThat(asked("/a")).isEqualTo(1);
    }

    /** The filter takes the key off, so that the request looks like anybody's. */
    @Test
    void whatAMemberSaysToTheOwnerOfAKeyIsNotSaidToAnother() {
        assertThat(body(gateway.get("/keyed/me", "X-Api-Key", "anns"))).isEqualTo("200 /keyed/me - 1");
        assertThat(body(gateway.get("/keyed/me", "X-Api-Key", "bobs"))).isEqualTo("200 /keyed/me - 2");
        assertThat(gateway.get("/keyed/me").statusCode()).isEqualTo(401);
    }

    @Test
    void theRoutesChangesAreMadeToAStoredAnswerToo() {
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get("/edited/b").headers().allValues("X-Edit")).containsExactly("yes");
        }
        assertThat(asked("/b")).isEqualTo(1);
    }

    @Test
    void theCookieOfAStickySessionIsEachClientsOwn() {
        String one = gateway.get("/sticky/c").headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(one).startsWith("HG=");
        assertThat(gateway.get("/sticky/c").headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(asked("/sticky/c")).isEqualTo(1);
    }

    @Test
    void aStoredAnswerIsAskedForAgainAndServed() {
        assertThat(body(gateway.get("/etag/1"))).isEqualTo("200 /etag/1 - 1");
        HttpResponse<String> again = gateway.get("/etag/1");
        assertThat(body(again)).isEqualTo("200 /etag/1 - 1");
        assertThat(again.headers().allValues("X-Count")).containsExactly("2");
        assertThat(gateway.get("/etag/1", "If-None-Match", "\"e\"").statusCode()).isEqualTo(304);
        assertThat(asked("/etag/1")).isEqualTo(3);
    }

    @Test
    void aMemberThatFailsIsNotSeenAsLongAsAStaleAnswerMayBeServed() {
        for (String path : List.of("/dying/1", "/failing/1")) {
            assertThat(body(gateway.get(path))).isEqualTo("200 " + path + " - 1");
            HttpResponse<String> stale = gateway.get(path);
            assertThat(body(stale)).isEqualTo("200 " + path + " - 1");
            assertThat(asked(path)).isGreaterThan(1);
        }
    }

    @Test
    void anAnswerIsRenewedBehindTheClientsBack() {
        assertThat(body(gateway.get("/renewed/1"))).isEqualTo("200 /renewed/1 - 1");
        HttpResponse<String> stale = gateway.get("/renewed/1");
        assertThat(body(stale)).isEqualTo(fast ? "200 /renewed/1 - 1" : "200 /renewed/1 - 2");
        await().atMost(LONG).until(() -> asked("/renewed/1") >= 2);
        await().atMost(LONG).until(() -> !gateway.get("/renewed/1").body().endsWith(" 1"));
    }

    /** On the slow lane a client waits for it, and it is the client's own request. */
    @Test
    void whatFetchesAnAnswerBehindAClientsBackDoesNotSayWhoThatIs() {
        for (int i = 0; i < 2; i++) {
            gateway.get("/renewed/own", "Cookie", "session=1", "X-Request-Id", "clients", "Traceparent",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        }
        await().atMost(LONG).until(() -> seen("/renewed/own").size() == 2);
        assertThat(header(seen("/renewed/own").getFirst(), "Cookie")).isEqualTo("session=1");
        String refresh = seen("/renewed/own").getLast();
        assertThat(header(refresh, "If-None-Match")).isEqualTo("\"1\"");
        assertThat(header(refresh, "Cookie")).isEqualTo(fast ? "-" : "session=1");
        assertThat(header(refresh, "Traceparent").equals("-")).isEqualTo(fast);
        String id = header(seen("/renewed/own").getFirst(), "X-Request-Id");
        assertThat(header(refresh, "X-Request-Id").equals(id)).isNotEqualTo(fast);
    }

    private static List<String> seen(String path) {
        return SEEN.stream().filter(head -> head.contains(" " + path + " ")).toList();
    }

    /**
     * What does not get through ends the member's connection with an error. On the slow lane it is the
     * client's own request, and all of it comes, up to where the member breaks off.
     */
    @Test
    void aRefreshThatOutgrowsItsLimitIsNotReadToItsEnd() {
        assertThat(body(gateway.get("/growing/1"))).isEqualTo("200 /growing/1 - 1");
        if (fast) {
            assertThat(body(gateway.get("/growing/1"))).isEqualTo("200 /growing/1 - 1");
        } else {
            assertThatThrownBy(() -> gateway.get("/growing/1")).hasMessageContaining("chunked");
        }
        await().atMost(LONG).until(() -> asked("/growing/1") == 2);
        await().atMost(LONG).until(() -> SEEN.contains("cut") || SEEN.contains("whole"));
        assertThat(SEEN.contains("whole")).isNotEqualTo(fast);
    }

    @Test
    void manyThatMissAtOnceCostOneRequest() {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(ask("/slow/1"));
        }
        await().atMost(LONG).until(() -> asked("/slow/1") == 1);
        GATE.release();
        for (CompletableFuture<HttpResponse<String>> each : all) {
            assertThat(body(each.join())).isEqualTo("200 /slow/1 - 1");
        }
        assertThat(asked("/slow/1")).isEqualTo(1);
    }

    @Test
    void aLeaderThatLeavesDoesNotTakeItsFollowersWithIt() throws IOException {
        Wire leader = new Wire(gateway.port());
        leader.send("GET /slow/2 HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.port() + "\r\n\r\n");
        await().atMost(LONG).until(() -> asked("/slow/2") == 1);
        CompletableFuture<HttpResponse<String>> follower = ask("/slow/2");
        leader.reset();
        leader.close();
        await().atMost(LONG).until(() -> asked("/slow/2") == 2);
        GATE.release(2);
        assertThat(body(follower.join())).isEqualTo("200 /slow/2 - 2");
    }

    @Test
    void anAnswerThatIsNotWholeOrNotDelimitedIsNotStored() {
        for (String path : List.of("/cut/1", "/open/1", "/private/1", "/plain/1")) {
            ask(path).handle((answer, error) -> "").join();
            ask(path).handle((answer, error) -> "").join();
            assertThat(asked(path)).as(path).isGreaterThanOrEqualTo(2);
        }
        assertThat(body(ask("/long/1").join())).isEqualTo("200 /lo");
        assertThat(ask("/hang/1").join().statusCode()).isEqualTo(504);
    }

    @Test
    void aLargeAnswerComesWholeToAClientThatReadsSlowly() throws IOException {
        assertThat(gateway.get("/large/slowly").body()).hasSize(LARGE);
        try (Wire slow = new Wire(gateway.port())) {
            slow.send("GET /large/slowly HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.port() + "\r\n\r\n"
                    + "GET /large/slowly HTTP/1.1\r\nHost: 127.0.0.1:" + gateway.port()
                    + "\r\nConnection: close\r\n\r\n");
            for (int i = 0; i < 2; i++) {
                String head = slow.head();
                assertThat(header(head, "Content-Length")).isEqualTo("" + LARGE);
                String body = slow.exactly(LARGE);
                assertThat(body).hasSize(LARGE);
                assertThat(body.chars().allMatch(c -> c == 'x')).isTrue();
            }
        }
        assertThat(asked("/large/slowly")).isEqualTo(1);
    }

    @Test
    void nobodyIsToldWhatAnotherRequestHasMadeOfAnAnswer() throws IOException {
        String host = "127.0.0.1:" + gateway.port();
        List<String> poisons = List.of("X-HTTP-Method-Override: EVIL", "X-HTTP-Method: EVIL",
                "X-Method-Override: EVIL", "X-Original-URL: /evil", "X-Rewrite-URL: /evil",
                "X-Override-URL: /evil", "X-Original-URI: /evil", "X-Host: evil.example",
                "X-Original-Host: evil.example", "X-Forwarded-Host: evil.example",
                "X-Forwarded-Server: evil.example", "X-Forwarded-Scheme: evil", "X-Forwarded-Proto: evil",
                "X-Forwarded-Prefix: /evil", "X-Forwarded-For: evil.example", "Forwarded: host=evil.example",
                "Range: bytes=0-0\r\nX-Host: evil", "Upgrade: evil\r\nConnection: Upgrade",
                "Connection: evil\r\nEvil: 1",
                "Content-Length: 4\r\n\r\nevil");
        for (int i = 0; i < poisons.size(); i++) {
            String path = "/poison/" + i;
            try (Wire evil = new Wire(gateway.port())) {
                String tail = poisons.get(i).contains("\r\n\r\n") ? "" : "\r\n\r\n";
                evil.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + poisons.get(i) + tail);
                evil.head();
            }
            HttpResponse<String> clean = gateway.get(path);
            assertThat(clean.statusCode()).as(poisons.get(i)).isEqualTo(200);
            assertThat(clean.body()).as(poisons.get(i)).startsWith("GET " + path + " ")
                    .doesNotContainIgnoringCase("evil").doesNotContainIgnoringCase("content-length");
        }
    }

    @Test
    void aChangeInvalidatesWhatIsStored() {
        assertThat(body(gateway.get("/changed"))).isEqualTo("200 /changed - 1");
        assertThat(gateway.post("/changed", "x").statusCode()).isEqualTo(200);
        assertThat(body(gateway.get("/changed"))).isEqualTo("200 /changed - 3");
    }

    @Test
    void operatorsPurge() {
        String host = "127.0.0.1:" + gateway.port();
        gateway.get("/purge/1");
        gateway.get("/purge/2?q");
        assertThat(gateway.command("/actuator/cache", "{\"url\": \"http://" + host + "/purge/1\"}").body())
                .isEqualTo("{\"purged\":1}");
        assertThat(gateway.command("/actuator/cache", "{\"prefix\": \"" + host + "/purge/\"}").body())
                .isEqualTo("{\"purged\":1}");
        gateway.get("/purge/1");
        assertThat(gateway.command("/actuator/cache", "{\"tag\": \"all\"}").body())
                .startsWith("{\"purged\":");
        gateway.get("/purge/1");
        assertThat(asked("/purge/1")).isEqualTo(3);
        assertThat(gateway.command("/actuator/cache", "{}").statusCode()).isEqualTo(400);
        assertThat(gateway.manage("/actuator/cache").body()).contains("\"hitRatio\":");
    }

    private static HttpResponse<InputStream> zipped(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
        request.header("Accept-Encoding", "br;q=0, gzip");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofInputStream()).join();
    }

    private static String unzipped(HttpResponse<InputStream> answer) throws IOException {
        assertThat(answer.headers().allValues("Content-Encoding")).containsExactly("gzip");
        assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
        return new String(new GZIPInputStream(answer.body()).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** By the route's filter, and for /global by server.compression. */
    @Test
    void answersAreCompressedForThoseWhoAcceptIt() throws IOException {
        for (String path : List.of("/zip/whole", "/zip/chunked", "/global/whole", "/global/chunked")) {
            HttpResponse<InputStream> answer = zipped(path);
            assertThat(unzipped(answer)).as(path).isEqualTo(TEXT);
            assertThat(answer.headers().firstValue("Connection")).as(path).isEmpty();
            assertThat(answer.headers().firstValue("ETag")).as(path).hasValue("W/\"z\"");
            HttpResponse<String> plain = gateway.get(path);
            assertThat(plain.body()).isEqualTo(TEXT);
            assertThat(plain.headers().allValues("Vary")).containsExactly("Accept-Encoding");
            assertThat(plain.headers().firstValue("ETag")).hasValue("\"z\"");
        }
        HttpResponse<InputStream> same = zipped("/zip/same", "If-None-Match", "W/\"z\"");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("ETag")).hasValue("W/\"z\"");
        assertThat(same.headers().firstValue("Content-Encoding")).isEmpty();
    }

    /** Until its library is loaded, which takes some milliseconds after the start, gzip is used. */
    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd"})
    void brotliAndZstdToo(String token) throws IOException {
        for (String path : List.of("/zip/whole", "/global/chunked")) {
            HttpRequest request = HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                    .header("Accept-Encoding", token + ", gzip;q=0.5").build();
            var answer = await().until(() -> client.send(request, BodyHandlers.ofInputStream()),
                    got -> got.headers().allValues("Content-Encoding").equals(List.of(token)));
            InputStream body = token.equals("br")
                    ? new BrotliInputStream(answer.body())
                    : new ZstdInputStream(answer.body());
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        }
    }

    @Test
    void theHeadOfACompressedAnswerIsTheSameAlone() throws IOException {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("HEAD /zip/whole HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"
                    + "GET /zip/small HTTP/1.1\r\nHost: h\r\n\r\n");
            String head = wire.head();
            assertThat(header(head, "Content-Encoding")).as(head).isEqualTo("gzip");
            assertThat(header(head, "Content-Length")).isEqualTo("-");
            assertThat(header(head, "ETag")).isEqualTo("W/\"z\"");
            assertThat(wire.head()).as("nothing was sent behind it").startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatIsEncodedOrSmallOrMustStayIsPassedOn() throws IOException {
        for (String path : List.of("/zip/encoded", "/zip/untouched", "/zip/small")) {
            HttpResponse<InputStream> answer = zipped(path);
            assertThat(answer.body().readAllBytes()).as(path)
                    .hasSize(path.endsWith("small") ? 3 : TEXT.length());
            assertThat(answer.headers().firstValue("ETag")).hasValue("\"z\"");
            assertThat(answer.headers().allValues("Content-Encoding")).as(path)
                    .isEqualTo(path.endsWith("encoded") ? List.of("br") : List.of());
        }
    }

    /** SCG's cache for all routes: it is for those that have none of their own. */
    @Test
    void aRouteWithoutACacheHasThatOfAllRoutes() throws IOException {
        for (int i = 0; i < 2; i++) {
            zipped("/zip/all").body().readAllBytes();
            gateway.get("/plain/own");
        }
        assertThat(asked("/zip/all")).isEqualTo(1);
        assertThat(asked("/plain/own")).isEqualTo(2);
    }

    /** It has no end that could be taken for one. */
    @Test
    void aCompressedAnswerThatTheMemberBreaksOffIsBroken() {
        assertThatIOException().isThrownBy(() -> unzipped(zipped("/zip/cut")));
    }

    @Test
    void eachEventCanBeReadWhenItComes() throws IOException {
        InputStream events = new GZIPInputStream(zipped("/zip/events").body());
        assertThat(new String(events.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
        GATE.release();
        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: 2\n\n");
    }

    @Test
    void aStoredAnswerIsCompressedForThoseWhoAcceptIt() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(unzipped(zipped("/both/zipped/1"))).isEqualTo(TEXT);
            assertThat(gateway.get("/both/zipped/1").body()).isEqualTo(TEXT);
        }
        assertThat(zipped("/both/zipped/1", "If-None-Match", "W/\"z\"").statusCode()).isEqualTo(304);
        HttpResponse<InputStream> part = zipped("/both/zipped/1", "Range", "bytes=0-2");
        assertThat(new String(part.body().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("All");
        assertThat(asked("/zipped/1")).isEqualTo(1);
    }

    /** The fast lane keeps what it has compressed; what one client takes is what the next gets. */
    @Test
    void aStoredAnswerIsCompressedOnce() throws IOException {
        ResponseCache cache = gateway.bean(ResponseCache.class);
        for (String text : List.of(TEXT, BIG)) {
            String path = "/both/zipped/" + (text.equals(BIG) ? "big" : "one");
            gateway.get(path);
            long plain = cache.status().bytes();
            assertThat(unzipped(zipped(path))).isEqualTo(text);
            if (fast) {
                await().until(() -> cache.status().bytes() > plain + 100);
            }
            long kept = cache.status().bytes();
            assertThat(kept).isLessThan(plain + text.length() / 10);
            for (int i = 0; i < 2; i++) {
                HttpResponse<InputStream> again = zipped(path);
                assertThat(again.headers().firstValue("Content-Length").isPresent()).isEqualTo(fast);
                assertThat(again.headers().firstValue("Transfer-Encoding").isPresent()).isNotEqualTo(fast);
                assertThat(again.headers().firstValue("ETag")).hasValue("W/\"z\"");
                assertThat(unzipped(again)).isEqualTo(text);
                assertThat(gateway.get(path).body()).isEqualTo(text);
            }
            assertThat(cache.status().bytes()).isEqualTo(kept);
        }
        assertThat(cache.purgePrefix("127.0.0.1:" + gateway.port() + "/both/zipped/")).isPositive();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return zipped.toByteArray();
    }

    /** Where a filter needs the plain text, a few bytes of it do not become all of the memory. */
    @Test
    void whatAMemberHasCompressedIsDecodedForAFilterUpToALimit() throws Exception {
        HttpResponse<byte[]> small = client.send(HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/json/small")).build(),
                BodyHandlers.ofByteArray());
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)).isEqualTo("{\"a\":2}");
        }
        assertThat(gateway.get("/json/bomb").statusCode()).isGreaterThanOrEqualTo(500);
        byte[] bomb = gzip(" ".repeat(17 << 20));
        assertThatThrownBy(() -> gateway.bean(GzipMessageBodyResolver.class).decode(bomb))
                .hasMessageContaining("larger than");
    }

    /** What a member does: one that is asked for by chance, and before that those that are usual. */
    private static final List<String> KINDS = List.of("x", "x", "x", "x", "x", "plain", "private", "cut",
            "large", "long", "open", "gone", "hang");
    private static final int USUAL = 7;

    /**
     * Each answer carries its URL and its user. {@code -Dcache.requests=N -Dcache.urls=N} makes it more of
     * them.
     */
    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void noAnswerReachesAnotherUser() {
        int requests = Integer.getInteger("cache.requests", 2000);
        int urls = Integer.getInteger("cache.urls", 150);
        Random random = new Random(7);
        Semaphore places = new Semaphore(64);
        List<CompletableFuture<String>> wrong = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            String user = "u" + random.nextInt(4);
            String kind = KINDS.get(random.nextInt(random.nextInt(10) == 0 ? KINDS.size() : USUAL));
            String path = "/" + kind + "/" + random.nextInt(urls);
            places.acquireUninterruptibly();
            wrong.add(ask("/users" + path, "X-User", user).handle((answer, error) -> {
                places.release();
                if (error != null) {
                    return kind.equals("cut") ? "" : path + ": " + error;
                }
                boolean good = switch (kind) {
                    case "cut" -> true;
                    case "large" -> answer.statusCode() >= 500 || answer.body().length() == LARGE;
                    case "long" -> answer.statusCode() >= 500 || answer.body().equals("/lo");
                    default ->
                        answer.statusCode() >= 500 || answer.body().startsWith(path + " " + user + " ");
                };
                return good ? "" : path + " " + user + ": " + answer.statusCode() + " " + answer.body();
            }).orTimeout(LONG.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(wrong.stream().map(CompletableFuture::join)).allMatch(String::isEmpty);
        ResponseCache cache = gateway.bean(ResponseCache.class);
        assertThat(cache.status().bytes()).isLessThanOrEqualTo(cache.size());
        await().atMost(LONG).until(() -> cache.status().bytes() <= cache.size());
    }
}
