package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.cache.ResponseCache;
import io.headgate.pool.Clock;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The filters that remember, Cache, LocalResponseCache and Compress: the same requests one after the other
 * through both lanes, with a clock that the test moves. What the member sees and what the client gets must be
 * the same. {@code -Ddifferential.cached.first=SEED -Ddifferential.cached.runs=N} makes other sequences.
 */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class CachedDifferentialTest {

    private static final long FIRST = Long.getLong("differential.cached.first", 1);
    private static final long RUNS = Long.getLong("differential.cached.runs", 2);
    private static final int STEPS = 250;
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final MockTicker TICKER = Ticker.newMockTicker();

    private static final List<String> PATHS = List.of("/c/a", "/c/b", "/c/b?x=1", "/l/a", "/z/a", "/z/b",
            "/e/a", "/n/a");
    private static final List<String> METHODS = List.of("GET", "GET", "GET", "GET", "GET", "GET", "GET",
            "GET",
            "GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD",
            "POST", "DELETE", "OPTIONS");
    private static final List<String> HEADERS = List.of("Accept-Encoding: gzip", "Accept-Encoding: gzip;q=0",
            "If-None-Match: \"e\"", "If-None-Match: \"f\", W/\"e\"", "If-None-Match: *",
            "If-Modified-Since: Mon, 30 Nov 2026 11:00:00 GMT", "If-Match: \"e\"", "Range: bytes=0-3",
            "Range: bytes=-5", "Range: bytes=2-4,6-", "Range: bytes=9999-", "If-Range: \"e\"",
            "Cache-Control: no-cache", "Cache-Control: max-age=5", "Cache-Control: only-if-cached",
            "Cache-Control: no-store", "Cache-Control: max-stale=60", "Pragma: no-cache", "Cookie: a=b",
            "Authorization: Basic eA==", "X-User: ann", "X-User: bob", "Accept-Language: de, en",
            "X-HTTP-Method-Override: DELETE", "X-Forwarded-Host: other", "X-Original-URL: /admin");

    /** Status, and headers of the answer. */
    private static final List<String> ANSWERS = List.of("200 OK\r\nCache-Control: max-age=60\r\n",
            "200 OK\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\nContent-Type: text/plain\r\n",
            "200 OK\r\nCache-Control: max-age=10\r\nETag: W/\"e\"\r\nVary: Accept-Encoding\r\n",
            "200 OK\r\nCache-Control: s-maxage=30, max-age=5\r\nContent-Type: text/plain\r\n",
            "200 OK\r\nCache-Control: no-cache\r\nETag: \"e\"\r\n",
            "200 OK\r\nCache-Control: no-cache=\"X-Secret\", max-age=60\r\nX-Secret: s\r\n",
            "200 OK\r\nCache-Control: private, max-age=60\r\n", "200 OK\r\nCache-Control: no-store\r\n",
            "200 OK\r\nCache-Control: public, max-age=60\r\nSet-Cookie: a=b\r\n",
            "200 OK\r\nLast-Modified: Mon, 30 Nov 2026 10:00:00 GMT\r\nContent-Type: text/plain\r\n",
            "200 OK\r\nExpires: Mon, 30 Nov 2026 12:10:00 GMT\r\nDate: Mon, 30 Nov 2026 12:00:00 GMT\r\n",
            "200 OK\r\nCDN-Cache-Control: max-age=20\r\nCache-Control: no-store\r\n",
            "200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language, X-User\r\nAge: 50\r\n",
            "200 OK\r\nCache-Control: max-age=60, no-transform\r\nContent-Type: text/plain\r\n",
            "404 Not Found\r\nCache-Control: max-age=20\r\n", "404 Not Found\r\n",
            "301 Moved Permanently\r\nCache-Control: max-age=20\r\nLocation: /c/b\r\n",
            "500 Internal Server Error\r\n",
            "503 Service Unavailable\r\nCache-Control: max-age=20\r\n");

    /** Time passes for the cache alone, whose members answer at once. */
    @Configuration(proxyBeanMethods = false)
    static class MovedCache {

        @Bean
        @Primary
        ResponseCache movedCache() {
            return new ResponseCache(16 << 20, true,
                    new Clock(TICKER, () -> START.plusNanos(TICKER.nanoTime())));
        }
    }

    /** One lane, its member and its client. */
    private static final class Side implements AutoCloseable {

        private final ScriptedMember member = new ScriptedMember((wire, connection, seen) -> {
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                wire.body(head);
                seen.add(normal(head));
                answer(wire, head);
            }
        });
        private final TestGateway gateway;
        private Wire client;

        Side(boolean fast) throws IOException {
            gateway = TestGateway.with(MovedCache.class,
                    """
                            headgate.pools:
                              p: { members: [ "127.0.0.1:%d" ], health: { check: none }, retry-budget: { min: 100 } }
                            spring.cloud.gateway.server.webflux.routes:
                              - id: c
                                uri: lb://p
                                predicates: [ "Path=/c/**" ]
                                filters:
                                  - name: Cache
                                    args: { heuristic: 10, stale-if-error: 1m, set-cookie: strip, key-headers: X-User }
                              - { id: l, uri: "lb://p", predicates: [ "Path=/l/**" ], filters: [ LocalResponseCache=5m ] }
                              - id: z
                                uri: lb://p
                                predicates: [ "Path=/z/**" ]
                                filters:
                                  - { name: Compress, args: { types: text/plain, min-size: 50B, encodings: gzip } }
                                  - { name: Cache, args: { time-to-live: 1m, negative-time-to-live: 10s } }
                              - id: e
                                uri: lb://p
                                predicates: [ "Path=/e/**" ]
                                filters: [ StripPrefix=1, "AddResponseHeader=X-Edit, yes", Cache=30s, SetStatus=201 ]
                              - id: n
                                uri: lb://p
                                predicates: [ "Path=/n/**" ]
                                filters:
                                  - { name: Compress, args: { types: text/plain, min-size: 50B, encodings: gzip } }
                            """
                            .formatted(member.port()),
                    "--headgate.fast-path.enabled=" + fast);
            client = new Wire(gateway.port());
        }

        /** What the client got, and what the member saw. */
        String ask(String request) throws IOException {
            member.seen.clear();
            client.send(request);
            String head = client.head();
            boolean bodiless = request.startsWith("HEAD ")
                    || head.matches("(?s)HTTP/1.1 (204|205|304) .*");
            String body = bodiless ? "" : client.body(head);
            if (head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close")) {
                client.close();
                client = new Wire(gateway.port());
            }
            boolean sameFraming = request.startsWith("HEAD ");
            return (sameFraming ? normal(head) : withoutLength(normal(head))) + "\n\n" + decoded(head, body)
                    + "\n\nmember: " + member.seen;
        }

        void startOver() {
            gateway.bean(ResponseCache.class).purgeAll();
        }

        @Override
        public void close() throws IOException {
            client.close();
            gateway.close();
            member.close();
        }
    }

    private static void answer(Wire wire, String head) throws IOException {
        String answer = ANSWERS.get(Integer.parseInt(RecordingMember.header(head, "x-answer")));
        boolean same = answer.contains("ETag: ") && RecordingMember.header(head, "if-none-match")
                .contains("\"e\"");
        if (same) {
            wire.send("HTTP/1.1 304 Not Modified\r\n" + answer.substring(answer.indexOf('\n') + 1) + "\r\n");
            return;
        }
        String body = head.split(" ", 3)[1] + " " + RecordingMember.header(head, "x-step") + " "
                + "text ".repeat(20);
        wire.send("HTTP/1.1 " + answer + "Content-Length: " + body.length() + "\r\n\r\n"
                + (head.startsWith("HEAD ") ? "" : body));
    }

    /** Without what is another each time, or is about the connection. */
    private static String normal(String head) {
        List<String> lines = new ArrayList<>(head.lines().toList());
        String first = lines.removeFirst();
        boolean encoded = head.toLowerCase(Locale.ROOT).contains("\ncontent-encoding: gzip");
        return first.replaceFirst(" [A-Za-z ]+$", "") + "\n" + String.join("\n", lines.stream().map(line -> {
            int colon = line.indexOf(':');
            return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":"
                    + line.substring(colon + 1).strip();
        }).filter(line -> !line.matches(
                "(transfer-encoding|connection|date|host|forwarded|x-forwarded-.*|x-request-id|traceparent):.*"))
                .filter(line -> !encoded || !line.startsWith("content-length:"))
                .map(line -> line.replaceFirst("boundary=.*", "boundary=")).sorted().toList());
    }

    /** Where there is a body, one lane may send it in chunks. */
    private static String withoutLength(String head) {
        return head.replaceAll("(?m)^content-length:.*\n?", "");
    }

    private static String decoded(String head, String body) throws IOException {
        if (head.toLowerCase(Locale.ROOT).contains("\r\ncontent-encoding: gzip") && !body.isEmpty()) {
            try (GZIPInputStream in = new GZIPInputStream(
                    new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)))) {
                return "gzip: " + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        }
        return head.contains("problem+json")
                ? "problem"
                : body.replaceAll("headgate-[0-9a-f]+", "boundary");
    }

    private static String request(SplittableRandom random, int step) {
        StringBuilder head = new StringBuilder();
        head.append(METHODS.get(random.nextInt(METHODS.size()))).append(' ')
                .append(PATHS.get(random.nextInt(PATHS.size())))
                .append(" HTTP/1.1\r\nHost: shop.example.org\r\nUser-Agent: test\r\nAccept: */*\r\nX-Step: ")
                .append(step)
                .append("\r\nX-Answer: ").append(random.nextInt(ANSWERS.size())).append("\r\n");
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String header = HEADERS.get(random.nextInt(HEADERS.size()));
            String name = header.substring(0, header.indexOf(':'));
            if (!names.contains(name)) {
                names.add(name);
                head.append(header).append("\r\n");
            }
        }
        boolean body = head.toString().startsWith("POST") || random.nextInt(40) == 0;
        return head + (body ? "Content-Length: 1\r\n\r\nx" : "\r\n");
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void bothLanesRememberTheSame() throws IOException {
        long fromCache = 0;
        try (Side fast = new Side(true); Side slow = new Side(false)) {
            for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                for (int step = 0; step < STEPS; step++) {
                    if (random.nextInt(3) == 0) {
                        TICKER.advance(random.nextInt(random.nextInt(4) == 0 ? 100 : 8), TimeUnit.SECONDS);
                    }
                    String request = request(random, step);
                    String got = fast.ask(request);
                    assertThat(got).as("seed %d, step %d: %s", seed, step, request)
                            .isEqualTo(slow.ask(request));
                    fromCache += got.endsWith("member: []") ? 1 : 0;
                }
                TICKER.advance(1, TimeUnit.HOURS);
                fast.startOver();
                slow.startOver();
            }
        }
        assertThat(fromCache).as("answers without the member").isGreaterThan(RUNS * STEPS / 8);
    }
}
